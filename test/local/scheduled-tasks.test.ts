import { DescribeTasksCommand, ListTasksCommand } from '@aws-sdk/client-ecs';
import {
  EventBridgeClient,
  ListRuleNamesByTargetCommand,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  CreateScheduleCommand,
  CreateScheduleGroupCommand,
  DeleteScheduleCommand,
  GetScheduleCommand,
  ListSchedulesCommand,
  SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { afterEach, expect, test as it } from 'vitest';
import { events, getDeadLetters } from '../../local/events.ts';
import { getFailedRuns, scheduler } from '../../local/scheduler.ts';
import { region, testAccountId } from '../start.ts';
import { createEcsAccount, executionRole } from './ecs-account.ts';

const { as, client, cloud, image, pass, revision } = await createEcsAccount();
for (const service of [scheduler(cloud), events(cloud)]) cloud.services.set(service.name, service);
const schedules = new SchedulerClient(as(testAccountId));
const rules = new EventBridgeClient(as(testAccountId));
const cluster = `arn:aws:ecs:${region}:${testAccountId}:cluster/test`;
const family = `arn:aws:ecs:${region}:${testAccountId}:task-definition/web`;
const role = `arn:aws:iam::${testAccountId}:role/ecsEventsRole`;

/** Creates the schedules' role, which can run the revisions that the pattern matches. */
const allowRevisions = (pattern: string) => {
  const statement = (Action: string, Resource: string) => ({ Effect: 'Allow', Action, Resource });
  const trusted = { Effect: 'Allow', Principal: { Service: 'scheduler.amazonaws.com' }, Action: 'sts:AssumeRole' };
  cloud.iam.roles.set(role, {
    arn: role,
    trust: { Version: '2012-10-17', Statement: [trusted] },
    policies: {
      run: {
        Version: '2012-10-17',
        Statement: [statement('ecs:RunTask', pattern), statement('iam:PassRole', executionRole)],
      },
    },
  });
};

const ecsTarget = (taskDefinition: string, more: Record<string, unknown> = {}) => ({
  Arn: cluster,
  RoleArn: role,
  EcsParameters: { TaskDefinitionArn: taskDefinition, TaskCount: 1, ...more },
});

const createSchedule = (Name: string, taskDefinition: string, more: Record<string, unknown> = {}) =>
  schedules.send(
    new CreateScheduleCommand({
      Name,
      ScheduleExpression: 'rate(1 minute)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { ...ecsTarget(taskDefinition), Input: '{"containerOverrides":[{"name":"app","command":["report"]}]}' },
      ...more,
    }),
  );

const startedTasks = async (startedBy: string) => {
  const found = [];
  for (const desiredStatus of ['RUNNING', 'STOPPED'] as const) {
    const { taskArns } = await client.send(new ListTasksCommand({ cluster: 'test', startedBy, desiredStatus }));
    if (taskArns!.length > 0)
      found.push(...(await client.send(new DescribeTasksCommand({ cluster: 'test', tasks: taskArns }))).tasks!);
  }
  return found;
};

afterEach(async () => {
  for (const { Name, GroupName } of (await schedules.send(new ListSchedulesCommand({}))).Schedules!)
    await schedules.send(new DeleteScheduleCommand({ Name, GroupName }));
});

it('a schedule runs the tasks of its target with its overrides, every minute', async () => {
  allowRevisions(`${family}:*`);
  const taskDefinition = await revision(await image({}));
  await createSchedule('nightly', taskDefinition);
  await pass(150);
  const tasks = await startedTasks('chronos-schedule/nightly');
  expect(tasks.map(({ taskDefinitionArn }) => taskDefinitionArn)).toEqual([taskDefinition, taskDefinition]);
  expect(tasks[0]!.overrides!.containerOverrides).toEqual([{ name: 'app', command: ['report'] }]);
  expect(tasks.map(({ containers }) => containers![0]!.exitCode)).toContain(0);
});

it('a schedule whose role may only run another revision fails silently', async () => {
  const pinned = await revision(await image({}));
  const newer = await revision(await image({}));
  allowRevisions(pinned);
  await createSchedule('pinned', newer);
  await pass(90);
  expect(await startedTasks('chronos-schedule/pinned')).toEqual([]);
  expect(getFailedRuns(cloud).map(({ error }) => error)).toEqual([
    expect.stringContaining(`not authorized to perform: ecs:RunTask on resource: ${newer}`),
  ]);
});

it('a schedule without a revision runs the newest ACTIVE one', async () => {
  allowRevisions(`${family}:*`);
  await revision(await image({}));
  await createSchedule('floating', family);
  const newest = await revision(await image({}));
  await pass(90);
  expect((await startedTasks('chronos-schedule/floating')).map((task) => task.taskDefinitionArn)).toEqual([newest]);
});

it('UpdateSchedule resets every field that the request omits', async () => {
  allowRevisions(`${family}:*`);
  const taskDefinition = await revision(await image({}));
  await schedules.send(new CreateScheduleGroupCommand({ Name: 'reports' }));
  const more = { Description: 'why', State: 'DISABLED', ScheduleExpressionTimezone: 'Europe/Berlin' };
  await createSchedule('nightly', taskDefinition, { ...more, GroupName: 'reports', StartDate: new Date('2026-01-01') });
  const key = { Name: 'nightly', GroupName: 'reports' };
  const before = await schedules.send(new GetScheduleCommand(key));
  expect(before).toMatchObject({ ...more, StartDate: new Date('2026-01-01') });
  await schedules.send(
    new UpdateScheduleCommand({
      ...key,
      ScheduleExpression: 'cron(0 2 * * ? *)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: ecsTarget(taskDefinition),
    }),
  );
  const after = await schedules.send(new GetScheduleCommand(key));
  expect(after).toMatchObject({ State: 'ENABLED', ScheduleExpressionTimezone: 'UTC' });
  expect([after.Description, after.StartDate, after.Target!.Input]).toEqual([undefined, undefined, undefined]);
  await expect(schedules.send(new GetScheduleCommand({ Name: 'nightly' }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
});

it('lists schedules in pages', async () => {
  const taskDefinition = await revision(await image({}));
  for (const name of ['a', 'b', 'c']) await createSchedule(name, taskDefinition);
  const first = await schedules.send(new ListSchedulesCommand({ MaxResults: 2 }));
  const second = await schedules.send(new ListSchedulesCommand({ MaxResults: 2, NextToken: first.NextToken }));
  const names = [first, second].map(({ Schedules }) => Schedules!.map(({ Name }) => Name));
  expect(names).toEqual([['a', 'b'], ['c']]);
  expect(first.Schedules![0]!.Target).toEqual({ Arn: cluster });
});

it('a rule runs the tasks of its target, and says so in startedBy; a denied run is a dead letter', async () => {
  const allowed = await revision(await image({}));
  const denied = await revision(await image({}));
  allowRevisions(allowed);
  await rules.send(new PutRuleCommand({ Name: 'hourly', ScheduleExpression: 'rate(1 hour)' }));
  const Targets = [
    { Id: 'one', ...ecsTarget(allowed), Input: '{"containerOverrides":[{"name":"app","command":["clean"]}]}' },
    { Id: 'two', ...ecsTarget(denied) },
  ];
  await rules.send(new PutTargetsCommand({ Rule: 'hourly', Targets }));
  expect((await rules.send(new ListTargetsByRuleCommand({ Rule: 'hourly' }))).Targets).toEqual(Targets);
  const { RuleNames } = await rules.send(new ListRuleNamesByTargetCommand({ TargetArn: cluster }));
  expect(RuleNames).toEqual(['hourly']);
  await pass(3700);
  const tasks = await startedTasks('events-rule/hourly');
  expect(tasks.map(({ taskDefinitionArn }) => taskDefinitionArn)).toEqual([allowed]);
  expect(tasks[0]!.overrides!.containerOverrides![0]!.command).toEqual(['clean']);
  expect(getDeadLetters(cloud).map(({ errorCode }) => errorCode)).toEqual(['AccessDeniedException']);
});
