import { z } from 'zod';
import { AwsError } from '../aws-error.ts';
import type { Call, Operation } from '../cloud.ts';
import { defineOperation } from '../define-operation.ts';
import {
  type CreateActionTypeInput,
  type CustomActionType,
  createCustomActionTypeSchema,
} from './action-type-input.ts';
import { type ActionTypeId, actionTypeIdSchema, actionTypePath } from './declaration.ts';
import { type CodePipeline, codePipelineArn } from './state.ts';

/** Finds the custom action type with this id. */
export const findActionType = (codePipeline: CodePipeline, id: ActionTypeId): CustomActionType | undefined =>
  codePipeline.actionTypes.find((type) => actionTypePath(type.id) === actionTypePath(id));

/** At most one property is queryable, and it must be required and not secret (ActionConfigurationProperty). */
const checkQueryable = ({ configurationProperties }: CreateActionTypeInput): void => {
  const queryable = configurationProperties.filter((one) => one.queryable);
  if (queryable.length > 1 || queryable.some((one) => !one.required || one.secret))
    throw new AwsError(
      'ValidationException',
      'At most one configuration property may be queryable, and it must be required and not secret',
    );
};

/** URL templates may contain only properties that are required and not secret (…/userguide/actions-create-custom-action.html). */
const checkTemplates = ({ settings, configurationProperties }: CreateActionTypeInput): void => {
  for (const template of Object.values(settings ?? {}))
    for (const [, name] of (template ?? '').matchAll(/\{Config:([^}]+)\}/g))
      if (!configurationProperties.some((one) => one.name === name && one.required && !one.secret))
        throw new AwsError(
          'ValidationException',
          `The URL template '${template}' refers to the configuration property '${name}', which must be required and not secret`,
        );
};

/** A deleted version can be created again only with the same content (botocore codepipeline DeleteCustomActionType). */
const refuseDeletedVersion = (codePipeline: CodePipeline, asked: CustomActionType): void => {
  const deleted = codePipeline.deletedActionTypes.find(({ id }) => actionTypePath(id) === actionTypePath(asked.id));
  if (deleted !== undefined && JSON.stringify(deleted) !== JSON.stringify(asked))
    throw new AwsError(
      'ValidationException',
      `ActionType ${actionTypePath(asked.id)} was deleted; to create a different one, use a version that was never used`,
    );
};

const deleteActionTypeSchema = actionTypeIdSchema.omit({ owner: true });

async function deleteActionType(codePipeline: CodePipeline, input: z.infer<typeof deleteActionTypeSchema>, call: Call) {
  const path = actionTypePath({ ...input, owner: 'Custom' });
  await call.allow('codepipeline:DeleteCustomActionType', codePipelineArn(codePipeline, `actiontype:${path}`));
  const found = codePipeline.actionTypes.find(({ id }) => actionTypePath(id) === path);
  if (found === undefined) return;
  codePipeline.actionTypes.splice(codePipeline.actionTypes.indexOf(found), 1);
  codePipeline.deletedActionTypes.push(found);
}

async function createActionType(codePipeline: CodePipeline, input: CreateActionTypeInput, call: Call) {
  const { category, provider, version, configurationProperties, tags, ...rest } = input;
  const id: ActionTypeId = { category, owner: 'Custom', provider, version };
  await call.allow(
    'codepipeline:CreateCustomActionType',
    codePipelineArn(codePipeline, `actiontype:${actionTypePath(id)}`),
  );
  checkQueryable(input);
  checkTemplates(input);
  if (findActionType(codePipeline, id) !== undefined)
    throw new AwsError(
      'ActionTypeAlreadyExistsException',
      `ActionType (Category: '${category}', Provider: '${provider}', Owner: 'Custom', Version: '${version}') already exists`,
    );
  const actionType = { id, actionConfigurationProperties: configurationProperties, ...rest };
  refuseDeletedVersion(codePipeline, actionType);
  codePipeline.actionTypes.push(actionType);
  return { actionType, ...(tags === undefined ? {} : { tags }) };
}

const listActionTypesSchema = z.strictObject({ actionOwnerFilter: z.enum(['AWS', 'ThirdParty', 'Custom']).optional() });

/** CreateCustomActionType, DeleteCustomActionType and ListActionTypes (custom types only; AWS's own are not listed). */
export const actionTypeOperations = (worldFor: (call: Call) => CodePipeline): Record<string, Operation> => ({
  CreateCustomActionType: defineOperation(createCustomActionTypeSchema, (input, call) =>
    createActionType(worldFor(call), input, call),
  ),
  DeleteCustomActionType: defineOperation(deleteActionTypeSchema, (input, call) =>
    deleteActionType(worldFor(call), input, call),
  ),
  ListActionTypes: defineOperation(listActionTypesSchema, async (input, call) => {
    await call.allow('codepipeline:ListActionTypes', '*');
    const { actionTypes } = worldFor(call);
    return { actionTypes: actionTypes.filter(({ id }) => (input.actionOwnerFilter ?? id.owner) === id.owner) };
  }),
});
