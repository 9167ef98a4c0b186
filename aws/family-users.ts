import { DescribeTasksCommand, type ECSClient, paginateListTasks } from '@aws-sdk/client-ecs';
import { ListRuleNamesByTargetCommand } from '@aws-sdk/client-eventbridge';
import { paginateListSchedules } from '@aws-sdk/client-scheduler';
import { DescribeStateMachineCommand, paginateListStateMachines, SFNClient } from '@aws-sdk/client-sfn';
import { toFailure } from '../core/errors/aws-failure.ts';
import type { Target } from '../core/model/release.ts';
import { parseResourceName } from '../core/parsing/arn.ts';
import { listTaskDefinitions, nameScheduleSource, type TaskFamilyUser } from '../core/schedule/other-revisions.ts';
import { findEcsTarget, listEcsTargets } from '../core/schedule/raw-schedule.ts';
import type { TargetSession } from '../core/service/session-policy.ts';
import { createTargetEcsClient } from './ecs.ts';
import { createScheduleClients, readRuleTargets, readSchedule, type ScheduleClients } from './schedules.ts';
import { assumeTargetRole } from './sts.ts';

/** How many resources are described at the same time. */
const batchSize = 5;

async function describeAll<Item, Found>(items: Item[], describe: (item: Item) => Promise<Found[]>): Promise<Found[]> {
  const found: Found[] = [];
  for (let at = 0; at < items.length; at += batchSize)
    found.push(...(await Promise.all(items.slice(at, at + batchSize).map(describe))).flat());
  return found;
}

async function listRules({ rules }: ScheduleClients, cluster: string): Promise<string[]> {
  const names: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await rules.send(new ListRuleNamesByTargetCommand({ TargetArn: cluster, NextToken }));
    names.push(...(page.RuleNames ?? []));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return names;
}

const readRules = async (clients: ScheduleClients, cluster: string): Promise<TaskFamilyUser[]> =>
  describeAll(await listRules(clients, cluster), async (rule) =>
    listEcsTargets((await readRuleTargets(clients, rule)) ?? []).map(({ id, taskDefinition }) => ({
      name: nameScheduleSource({ type: 'rule', name: rule, target: id }),
      taskDefinition,
    })),
  );

async function readSchedules(clients: ScheduleClients, cluster: string): Promise<TaskFamilyUser[]> {
  const named: { group: string; name: string }[] = [];
  for await (const { Schedules = [] } of paginateListSchedules({ client: clients.scheduler }, {}))
    for (const { GroupName: group, Name: name, Target } of Schedules)
      if (group !== undefined && name !== undefined && Target?.Arn === cluster) named.push({ group, name });
  return describeAll(named, async (one) => {
    const schedule = await readSchedule(clients, one);
    const target = schedule && findEcsTarget(schedule);
    return target === undefined
      ? []
      : [{ name: nameScheduleSource({ type: 'schedule', ...one }), taskDefinition: target.taskDefinition }];
  });
}

async function readStateMachines(client: SFNClient): Promise<TaskFamilyUser[]> {
  const arns: string[] = [];
  for await (const { stateMachines = [] } of paginateListStateMachines({ client }, {}))
    arns.push(...stateMachines.flatMap(({ stateMachineArn }) => stateMachineArn ?? []));
  return describeAll(arns, async (stateMachineArn) => {
    const { definition = '' } = await client.send(new DescribeStateMachineCommand({ stateMachineArn }));
    const name = `state machine ${stateMachineArn.split(':').at(-1)}`;
    return listTaskDefinitions(definition).map((taskDefinition) => ({ name, taskDefinition }));
  });
}

/** The maximum number of tasks that one call describes (botocore ecs DescribeTasks). */
const tasksPerDescription = 100;

/** Returns the running tasks of a family by their group, without the service's own tasks. */
async function readTasks(client: ECSClient, target: Target, family: string): Promise<TaskFamilyUser[]> {
  const arns: string[] = [];
  for await (const { taskArns = [] } of paginateListTasks({ client }, { cluster: target.cluster, family }))
    arns.push(...taskArns);
  const groups = Array.from({ length: Math.ceil(arns.length / tasksPerDescription) }, (_, index) =>
    arns.slice(index * tasksPerDescription, (index + 1) * tasksPerDescription),
  );
  return describeAll(groups, async (tasks) => {
    const answer = await client.send(new DescribeTasksCommand({ cluster: target.cluster, tasks }));
    const others = (answer.tasks ?? []).filter(({ group }) => group !== `service:${parseResourceName(target.service)}`);
    return others.map(({ group = 'tasks', startedBy, taskDefinitionArn = '' }) => ({
      name: `running tasks of ${group.startsWith('service:') ? group.replace(':', ' ') : (startedBy ?? group)}`,
      taskDefinition: taskDefinitionArn,
    }));
  });
}

/** Returns everything in a target's account that runs tasks of a family in its cluster: schedules, rules, state machines and running tasks. */
export async function readTaskFamilyUsers(
  target: Target,
  family: string,
  { session, now }: { session: TargetSession; now: Date },
): Promise<TaskFamilyUser[]> {
  const credentials = await assumeTargetRole(target, session, now);
  const clients = createScheduleClients(target, credentials);
  const [, partition, , , account] = target.roleArn.split(':');
  const cluster = `arn:${partition}:ecs:${target.region}:${account}:cluster/${parseResourceName(target.cluster)}`;
  const found = await Promise.all([
    readSchedules(clients, cluster),
    readRules(clients, cluster),
    readStateMachines(new SFNClient({ region: target.region, credentials })),
    readTasks(await createTargetEcsClient(target, session, now), target, family),
  ]).catch((error: unknown) => {
    throw toFailure(error, `finding what else runs tasks of the family ${family}`);
  });
  return found.flat();
}
