import { z } from 'zod';
import { type Call, type Operation, operation } from '../service.ts';
import { client } from './errors.ts';
import { now } from './names.ts';
import { pageOf, paging } from './page.ts';
import type { Ecs } from './state.ts';
import type { TaskDefinition } from './task-definition.ts';
import { familyArn, taskDefinitionView } from './task-definitions.ts';

/** The revision by `family` (its newest ACTIVE), `family:revision` or ARN, in the caller's account and Region. */
export function findTaskDefinition(ecs: Ecs, call: Call, reference: string): TaskDefinition | undefined {
  const [family = '', revision] = (reference.split('/').at(-1) ?? '').split(':');
  const revisions = ecs.families.get(familyArn(call, family)) ?? [];
  const found =
    revision === undefined
      ? revisions.findLast((each) => each.status === 'ACTIVE')
      : revisions.find((each) => String(each.revision) === revision);
  return reference.startsWith('arn:') && found?.arn !== reference ? undefined : found;
}

const describe = (ecs: Ecs): Operation =>
  operation(
    z.strictObject({ taskDefinition: z.string(), include: z.array(z.enum(['TAGS'])).optional() }),
    async ({ taskDefinition, include = [] }, call) => {
      await call.allow('ecs:DescribeTaskDefinition', '*');
      const found = findTaskDefinition(ecs, call, taskDefinition);
      if (found === undefined) throw client('Unable to describe task definition.');
      return { taskDefinition: taskDefinitionView(found), ...(include.includes('TAGS') ? { tags: found.tags } : {}) };
    },
  );

const listInput = z.strictObject({
  familyPrefix: z.string().optional(),
  status: z.enum(['ACTIVE', 'INACTIVE']).optional(),
  sort: z.enum(['ASC', 'DESC']).optional(),
  ...paging,
});

/** Despite its name, `familyPrefix` must be the whole family (botocore ecs ListTaskDefinitionsRequest). */
function revisionsOf(ecs: Ecs, call: Call, familyPrefix: string | undefined): TaskDefinition[] {
  if (familyPrefix !== undefined) return ecs.families.get(familyArn(call, familyPrefix)) ?? [];
  const here = [...ecs.families].filter(([arn]) => arn.startsWith(familyArn(call, '')));
  return here.sort(([a], [b]) => a.localeCompare(b)).flatMap(([, revisions]) => revisions);
}

const list = (ecs: Ecs): Operation =>
  operation(listInput, async ({ familyPrefix, status = 'ACTIVE', sort = 'ASC', ...asked }, call) => {
    await call.allow('ecs:ListTaskDefinitions', '*');
    const found = revisionsOf(ecs, call, familyPrefix)
      .filter((each) => each.status === status)
      .map((each) => each.arn);
    const { items, ...more } = pageOf(sort === 'ASC' ? found : found.reverse(), asked);
    return { taskDefinitionArns: items, ...more };
  });

const deregister = (ecs: Ecs): Operation =>
  operation(z.strictObject({ taskDefinition: z.string() }), async ({ taskDefinition }, call) => {
    await call.allow('ecs:DeregisterTaskDefinition', '*');
    const found = findTaskDefinition(ecs, call, taskDefinition);
    if (found === undefined || !taskDefinition.includes(':')) throw client('Unable to describe task definition.');
    found.status = 'INACTIVE';
    found.deregisteredAt ??= now(ecs);
    return { taskDefinition: taskDefinitionView(found) };
  });

/** DescribeTaskDefinition, ListTaskDefinitions and DeregisterTaskDefinition; none of them can be allowed for one resource only. */
export const taskDefinitionReads = (ecs: Ecs): Record<string, Operation> => ({
  DescribeTaskDefinition: describe(ecs),
  ListTaskDefinitions: list(ecs),
  DeregisterTaskDefinition: deregister(ecs),
});
