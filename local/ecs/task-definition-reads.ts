import { z } from 'zod';
import type { Call, Operation } from '../cloud.ts';
import { defineOperation } from '../define-operation.ts';
import { now } from './arns.ts';
import { clientException } from './errors.ts';
import { pagingFields, takePage } from './paging.ts';
import type { Ecs } from './state.ts';
import type { EcsTaskDefinition } from './task-definition.ts';
import { familyArn, taskDefinitionView } from './task-definitions.ts';

/** Finds a revision by `family` (its newest ACTIVE one), `family:revision` or ARN, in the caller's account and Region. */
export function findTaskDefinition(ecs: Ecs, call: Call, reference: string): EcsTaskDefinition | undefined {
  const [family = '', revision] = (reference.split('/').at(-1) ?? '').split(':');
  const revisions = ecs.families.get(familyArn(call, family)) ?? [];
  const found =
    revision === undefined
      ? revisions.findLast((each) => each.status === 'ACTIVE')
      : revisions.find((each) => String(each.revision) === revision);
  // An ARN without a revision also names the newest revision (botocore ecs RunTaskRequest.taskDefinition).
  const named = revision === undefined ? found?.arn.replace(/:\d+$/, '') : found?.arn;
  return reference.startsWith('arn:') && named !== reference ? undefined : found;
}

const describeTaskDefinition = (ecs: Ecs): Operation =>
  defineOperation(
    z.strictObject({ taskDefinition: z.string(), include: z.array(z.enum(['TAGS'])).optional() }),
    async ({ taskDefinition, include = [] }, call) => {
      await call.allow('ecs:DescribeTaskDefinition', '*');
      const found = findTaskDefinition(ecs, call, taskDefinition);
      if (found === undefined) throw clientException('Unable to describe task definition.');
      return { taskDefinition: taskDefinitionView(found), ...(include.includes('TAGS') ? { tags: found.tags } : {}) };
    },
  );

const listTaskDefinitionsSchema = z.strictObject({
  familyPrefix: z.string().optional(),
  status: z.enum(['ACTIVE', 'INACTIVE']).optional(),
  sort: z.enum(['ASC', 'DESC']).optional(),
  ...pagingFields,
});

/** Despite its name, `familyPrefix` must be the whole family name (botocore ecs ListTaskDefinitionsRequest). */
function findRevisions(ecs: Ecs, call: Call, familyPrefix: string | undefined): EcsTaskDefinition[] {
  if (familyPrefix !== undefined) return ecs.families.get(familyArn(call, familyPrefix)) ?? [];
  const here = [...ecs.families].filter(([arn]) => arn.startsWith(familyArn(call, '')));
  return here.sort(([a], [b]) => a.localeCompare(b)).flatMap(([, revisions]) => revisions);
}

const listTaskDefinitions = (ecs: Ecs): Operation =>
  defineOperation(
    listTaskDefinitionsSchema,
    async ({ familyPrefix, status = 'ACTIVE', sort = 'ASC', ...request }, call) => {
      await call.allow('ecs:ListTaskDefinitions', '*');
      const found = findRevisions(ecs, call, familyPrefix)
        .filter((each) => each.status === status)
        .map((each) => each.arn);
      const { items, ...more } = takePage(sort === 'ASC' ? found : found.reverse(), request);
      return { taskDefinitionArns: items, ...more };
    },
  );

const deregisterTaskDefinition = (ecs: Ecs): Operation =>
  defineOperation(z.strictObject({ taskDefinition: z.string() }), async ({ taskDefinition }, call) => {
    await call.allow('ecs:DeregisterTaskDefinition', '*');
    const found = findTaskDefinition(ecs, call, taskDefinition);
    if (found === undefined || !taskDefinition.includes(':'))
      throw clientException('Unable to describe task definition.');
    found.status = 'INACTIVE';
    found.deregisteredAt ??= now(ecs);
    return { taskDefinition: taskDefinitionView(found) };
  });

/** Deletes up to ten revisions that are INACTIVE (botocore ecs DeleteTaskDefinitions). */
const deleteTaskDefinitions = (ecs: Ecs): Operation =>
  defineOperation(z.strictObject({ taskDefinitions: z.array(z.string()).min(1).max(10) }), async (input, call) => {
    const found = input.taskDefinitions.flatMap((reference) => findTaskDefinition(ecs, call, reference) ?? []);
    for (const { arn } of found) await call.allow('ecs:DeleteTaskDefinitions', arn);
    const deletable = found.filter(({ status }) => status === 'INACTIVE');
    for (const definition of deletable) definition.status = 'DELETE_IN_PROGRESS';
    const active = found.filter(({ status }) => status === 'ACTIVE');
    return {
      taskDefinitions: deletable.map(taskDefinitionView),
      failures: active.map(({ arn }) => ({ arn, reason: 'The specified task definition is still in ACTIVE status.' })),
    };
  });

/**
 * DescribeTaskDefinition, ListTaskDefinitions and DeregisterTaskDefinition, which do not support resource-level permissions, and
 * DeleteTaskDefinitions, which does.
 */
export const taskDefinitionReadOperations = (ecs: Ecs): Record<string, Operation> => ({
  DescribeTaskDefinition: describeTaskDefinition(ecs),
  ListTaskDefinitions: listTaskDefinitions(ecs),
  DeregisterTaskDefinition: deregisterTaskDefinition(ecs),
  DeleteTaskDefinitions: deleteTaskDefinitions(ecs),
});
