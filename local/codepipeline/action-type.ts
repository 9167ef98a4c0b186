import { z } from 'zod';
import { AwsError } from '../aws-error.ts';
import { type Call, type Operation, operation } from '../service.ts';
import { type ActionTypeId, actionTypeId, typePath } from './declaration.ts';
import { arnOf, type World } from './world.ts';

const url = z.string().min(1).max(2048).optional();
const artifactDetails = z.strictObject({
  minimumCount: z.int().min(0).max(5),
  maximumCount: z.int().min(0).max(5),
});

const property = z.strictObject({
  name: z.string().min(1).max(50),
  required: z.boolean(),
  key: z.boolean(),
  secret: z.boolean(),
  queryable: z.boolean().optional(),
  description: z.string().min(1).max(160).optional(),
  type: z.enum(['String', 'Number', 'Boolean']).optional(),
});

const createCustomActionType = z.strictObject({
  ...actionTypeId.omit({ owner: true }).shape,
  settings: z
    .strictObject({
      thirdPartyConfigurationUrl: url,
      entityUrlTemplate: url,
      executionUrlTemplate: url,
      revisionUrlTemplate: url,
    })
    .optional(),
  configurationProperties: z.array(property).max(10).default([]),
  inputArtifactDetails: artifactDetails,
  outputArtifactDetails: artifactDetails,
  tags: z.array(z.strictObject({ key: z.string().min(1).max(128), value: z.string().max(256) })).optional(),
});

type Created = z.infer<typeof createCustomActionType>;

export interface ActionType extends Pick<Created, 'settings' | 'inputArtifactDetails' | 'outputArtifactDetails'> {
  id: ActionTypeId;
  actionConfigurationProperties: Created['configurationProperties'];
}

/** The custom action type with that id, if there is one. */
export const actionTypeOf = (world: World, id: ActionTypeId): ActionType | undefined =>
  world.actionTypes.find((type) => typePath(type.id) === typePath(id));

/** At most one property is queryable, and it is required and not secret (ActionConfigurationProperty). */
const checkQueryable = ({ configurationProperties }: Created): void => {
  const queryable = configurationProperties.filter((one) => one.queryable);
  if (queryable.length > 1 || queryable.some((one) => !one.required || one.secret))
    throw new AwsError(
      'ValidationException',
      'At most one configuration property may be queryable, and it must be required and not secret',
    );
};

/** Placeholders may name only properties that are required and not secret (…/userguide/actions-create-custom-action.html). */
const checkTemplates = ({ settings, configurationProperties }: Created): void => {
  for (const template of Object.values(settings ?? {}))
    for (const [, name] of (template ?? '').matchAll(/\{Config:([^}]+)\}/g))
      if (!configurationProperties.some((one) => one.name === name && one.required && !one.secret))
        throw new AwsError(
          'ValidationException',
          `The URL template '${template}' refers to the configuration property '${name}', which must be required and not secret`,
        );
};

async function create(world: World, input: Created, call: Call) {
  const { category, provider, version, configurationProperties, tags, ...rest } = input;
  const id: ActionTypeId = { category, owner: 'Custom', provider, version };
  await call.allow('codepipeline:CreateCustomActionType', arnOf(world, `actiontype:${typePath(id)}`));
  checkQueryable(input);
  checkTemplates(input);
  if (actionTypeOf(world, id) !== undefined)
    throw new AwsError(
      'ActionTypeAlreadyExistsException',
      `ActionType (Category: '${category}', Provider: '${provider}', Owner: 'Custom', Version: '${version}') already exists`,
    );
  const actionType = { id, actionConfigurationProperties: configurationProperties, ...rest };
  world.actionTypes.push(actionType);
  return { actionType, ...(tags === undefined ? {} : { tags }) };
}

const listActionTypes = z.strictObject({ actionOwnerFilter: z.enum(['AWS', 'ThirdParty', 'Custom']).optional() });

/** CreateCustomActionType and ListActionTypes (of the custom ones; AWS's own are not listed). */
export const actionTypeOperations = (worldFor: (call: Call) => World): Record<string, Operation> => ({
  CreateCustomActionType: operation(createCustomActionType, (input, call) => create(worldFor(call), input, call)),
  ListActionTypes: operation(listActionTypes, async (input, call) => {
    await call.allow('codepipeline:ListActionTypes', '*');
    const { actionTypes } = worldFor(call);
    return { actionTypes: actionTypes.filter(({ id }) => (input.actionOwnerFilter ?? id.owner) === id.owner) };
  }),
});
