import type { z } from 'zod';
import type { Call, Operation } from '../cloud.ts';
import { defineOperation } from '../define-operation.ts';
import { iamArn, placeOf } from '../partition.ts';
import { ecsArn, ecsLocation, now } from './arns.ts';
import { clientException, invalidParameter } from './errors.ts';
import { convertTaskSize, refuseFargateSize } from './fargate-size.ts';
import { refuseWrongTypes } from './json-types.ts';
import type { Ecs } from './state.ts';
import type { EcsTaskDefinition } from './task-definition.ts';
import { fillTaskDefinitionDefaults } from './task-definition-defaults.ts';
import { registerTaskDefinitionSchema, type Tag } from './task-definition-input.ts';
import { taskDefinitionShape } from './task-definition-shape.ts';

type RegisterTaskDefinitionInput = z.infer<typeof registerTaskDefinitionSchema>;

/** Fields of a described revision that cannot be registered (botocore ecs: TaskDefinition less RegisterTaskDefinitionRequest). */
const outputOnlyFields = [
  'taskDefinitionArn',
  'revision',
  'status',
  'requiresAttributes',
  'compatibilities',
  'registeredAt',
  'registeredBy',
  'deregisteredAt',
  'deleteRequestedAt',
];

/** Returns the key of a family's revisions: the ARN without the revision number. */
export const familyArn = (call: Call, family: string): string => ecsArn(ecsLocation(call), `task-definition/${family}`);

/** AWS's clients drop these fields before they send. The embedded server rejects them, to detect a copy that did not remove them. */
const refuseOutputOnlyFields = (input: RegisterTaskDefinitionInput): void => {
  const found = outputOnlyFields.find((field) => field in input);
  if (found !== undefined) throw invalidParameter(`Unknown parameter in input: "${found}"`);
};

const refuseReservedTags = (input: RegisterTaskDefinitionInput): void => {
  if (input.tags?.some((tag) => tag.key?.toLowerCase().startsWith('aws:')))
    throw invalidParameter('Invalid tag: the prefix aws: is reserved for AWS use.');
};

const refuseDuplicateContainers = (input: RegisterTaskDefinitionInput): void => {
  const names = input.containerDefinitions.map((container) => container.name);
  if (new Set(names).size < names.length) throw clientException('Container.name contains duplicate container names.');
};

/** Throws with AWS's own text (ClientException of RegisterTaskDefinition) unless a role is an ARN or, in the caller's account, a name. */
const refuseInvalidRoles = ({ taskRoleArn, executionRoleArn }: RegisterTaskDefinitionInput): void => {
  const role = /^(arn:aws[\w-]*:iam::\d{12}:role\/)?[\w+=,.@/-]+$/;
  if ([taskRoleArn, executionRoleArn].some((given) => given && !role.test(given)))
    throw clientException('Role is not valid.');
};

/** Returns the condition keys of a request with tags. */
export const tagConditionKeys = (tags: Tag[]): Record<string, string | string[]> => ({
  ...Object.fromEntries(tags.map((tag) => [`aws:RequestTag/${tag.key}`, tag.value ?? ''])),
  'aws:TagKeys': tags.map((tag) => tag.key ?? ''),
});

const roleArn = (call: Call, role: string): string =>
  role.startsWith('arn:') ? role : iamArn(placeOf(call), `role/${role}`);

/** Registering needs up to four permissions: to register, to tag if there are tags, and to pass each role of the task. */
async function authorizeRegistration(input: RegisterTaskDefinitionInput, call: Call): Promise<void> {
  const revisions = `${familyArn(call, input.family)}:*`;
  const tagged = input.tags?.length ? tagConditionKeys(input.tags) : {};
  await call.allow('ecs:RegisterTaskDefinition', revisions, { context: tagged });
  if (input.tags?.length)
    await call.allow('ecs:TagResource', revisions, {
      context: { ...tagged, 'ecs:CreateAction': 'RegisterTaskDefinition' },
    });
  for (const role of new Set([input.taskRoleArn, input.executionRoleArn]))
    if (role)
      await call.allow('iam:PassRole', roleArn(call, role), {
        context: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' },
      });
}

const addRevision = (ecs: Ecs, input: RegisterTaskDefinitionInput, call: Call): EcsTaskDefinition => {
  const { tags, ...body } = input;
  const key = familyArn(call, input.family);
  const family = ecs.families.get(key) ?? [];
  ecs.families.set(key, family);
  const definition: EcsTaskDefinition = {
    arn: `${key}:${family.length + 1}`,
    family: input.family,
    revision: family.length + 1,
    account: call.caller.account,
    status: 'ACTIVE',
    body: { ...body, ...convertTaskSize(input) },
    containers: input.containerDefinitions,
    executionRoleArn: input.executionRoleArn || undefined,
    taskRoleArn: input.taskRoleArn || undefined,
    registeredAt: now(ecs),
    registeredBy: call.caller.arn,
    tags: tags ?? [],
  };
  family.push(definition);
  return definition;
};

/** Returns a revision in the API's format: what was registered, and the nine output-only fields. */
export const taskDefinitionView = (definition: EcsTaskDefinition): Record<string, unknown> => ({
  ...fillTaskDefinitionDefaults(definition.body),
  taskDefinitionArn: definition.arn,
  revision: definition.revision,
  status: definition.status,
  requiresAttributes: [{ name: 'com.amazonaws.ecs.capability.docker-remote-api.1.18' }],
  compatibilities: ['EC2', ...(definition.body.networkMode === 'awsvpc' ? ['FARGATE'] : [])],
  registeredAt: definition.registeredAt,
  registeredBy: definition.registeredBy,
  deregisteredAt: definition.deregisteredAt,
});

/**
 * RegisterTaskDefinition: every call creates a revision (the API has no client token to detect a repeated call). Unknown fields
 * are kept.
 */
export function registerTaskDefinition(ecs: Ecs): Operation {
  const operation = defineOperation(registerTaskDefinitionSchema, async (input, call) => {
    refuseOutputOnlyFields(input);
    refuseReservedTags(input);
    refuseDuplicateContainers(input);
    refuseInvalidRoles(input);
    refuseFargateSize(input);
    await authorizeRegistration(input, call);
    const definition = addRevision(ecs, input, call);
    return { taskDefinition: taskDefinitionView(definition), tags: definition.tags };
  });
  return {
    ...operation,
    run: async (given, call) => {
      refuseWrongTypes(given, taskDefinitionShape);
      return operation.run(given, call);
    },
  };
}
