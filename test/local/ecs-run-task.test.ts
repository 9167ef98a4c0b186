import { CloudWatchLogsClient, CreateLogGroupCommand, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  DeregisterTaskDefinitionCommand,
  DescribeTasksCommand,
  ListTasksCommand,
  RunTaskCommand,
  type RunTaskCommandInput,
  StopTaskCommand,
  type Task,
} from '@aws-sdk/client-ecs';
import { describe, expect, test as it } from 'vitest';
import { failPlacements } from '../../local/ecs.ts';
import { logs } from '../../local/logs.ts';
import { region, testAccountId } from '../start.ts';
import { createEcsAccount, executionRole } from './ecs-account.ts';

const { as, client, cloud, image, pass, revision } = await createEcsAccount();
cloud.services.set('logs', logs(cloud));
const cluster = `arn:aws:ecs:${region}:${testAccountId}:cluster/test`;
const events: Record<string, unknown>[] = [];
cloud.eventListeners.push(({ detail }) => events.push(detail));

const run = (more: Partial<RunTaskCommandInput> & { taskDefinition: string }) =>
  client.send(new RunTaskCommand({ cluster: 'test', ...more }));

const describeTask = async (arn: string): Promise<Task | undefined> =>
  (await client.send(new DescribeTasksCommand({ cluster: 'test', tasks: [arn], include: ['TAGS'] }))).tasks![0];

const runFor = async (seconds: number, more: Partial<RunTaskCommandInput> & { taskDefinition: string }) => {
  const { tasks } = await run(more);
  await pass(seconds);
  return (await describeTask(tasks![0]!.taskArn!))!;
};

const command = (...words: string[]) => ({ containerOverrides: [{ name: 'app', command: words }] });

/** Creates a revision whose image does this when it is run by RunTask. */
const oneOff = async (entry: Record<string, unknown>, more = {}) =>
  revision(await image({ startSeconds: 1, ...more, oneOff: [entry] }));

describe('what a task of RunTask does', () => {
  it.each([
    [{ exitCode: 0 }, { stopCode: 'EssentialContainerExited', exitCode: 0 }],
    [{ exitCode: 3 }, { stopCode: 'EssentialContainerExited', exitCode: 3 }],
    [{ ends: 'out-of-memory' }, { stopCode: 'EssentialContainerExited', exitCode: 137 }],
    [{ ends: 'lose-host' }, { stopCode: 'TerminationNotice', exitCode: undefined }],
    [{ ends: 'cannot-start' }, { stopCode: 'TaskFailedToStart', exitCode: undefined }],
    [{ ends: 'no-capacity' }, { stopCode: 'TaskFailedToStart', exitCode: undefined }],
    [{ ends: 'hang' }, { stopCode: undefined, exitCode: undefined }],
  ])('%j', async (entry, { stopCode, exitCode }) => {
    const task = await runFor(60, { taskDefinition: await oneOff(entry), overrides: command('bin/migrate') });
    expect({ stopCode: task.stopCode, exitCode: task.containers![0]!.exitCode }).toEqual({ stopCode, exitCode });
    expect(task.lastStatus).toBe(stopCode === undefined ? 'RUNNING' : 'STOPPED');
  });

  it('depends on the command: an unknown one succeeds, and the own command of the image behaves as in a service', async () => {
    const taskDefinition = await oneOff({ command: 'migrate', exitCode: 4 });
    const exitCodes = [];
    for (const overrides of [command('bin/rake', 'db:migrate'), command('true'), undefined]) {
      const task = await runFor(60, { taskDefinition, overrides });
      exitCodes.push(task.containers![0]!.exitCode ?? task.lastStatus);
    }
    expect(exitCodes).toEqual([4, 0, 'RUNNING']);
  });

  it('goes on without a container that is not essential, and shows its exit code meanwhile', async () => {
    const taskDefinition = await revision(await image({ startSeconds: 1, oneOff: [{ exitCode: 2 }] }), {
      essential: false,
    });
    const { tasks } = await run({ taskDefinition, overrides: command('x') });
    await pass(30);
    const { lastStatus, containers } = (await describeTask(tasks![0]!.taskArn!))!;
    expect({ lastStatus, container: containers![0] }).toMatchObject({
      lastStatus: 'RUNNING',
      container: { lastStatus: 'STOPPED', exitCode: 2 },
    });
  });
});

it('goes through the statuses of a task, writes its log, and stays visible for an hour', async () => {
  const output = new CloudWatchLogsClient(as(testAccountId));
  await output.send(new CreateLogGroupCommand({ logGroupName: '/app' }));
  const role = cloud.iam.roles.get(executionRole)!;
  const grant = { Effect: 'Allow', Action: 'logs:*', Resource: '*' };
  const Statement = [...role.policies.pull!.Statement, grant];
  cloud.iam.roles.set(executionRole, { ...role, policies: { pull: { Version: '2012-10-17', Statement } } });
  const options = { 'awslogs-group': '/app', 'awslogs-region': region, 'awslogs-stream-prefix': 'web' };
  const taskDefinition = await revision(await image({ oneOff: [{ log: ['migrating', 'done'] }] }), {
    logConfiguration: { logDriver: 'awslogs', options },
  });
  const { tasks } = await run({ taskDefinition, startedBy: 'release/1', overrides: command('bin/migrate') });
  const taskArn = tasks![0]!.taskArn!;
  await pass(60);
  const statuses = events.filter((event) => event.taskArn === taskArn).map(({ lastStatus }) => lastStatus);
  expect(statuses).toEqual(['PROVISIONING', 'PENDING', 'ACTIVATING', 'RUNNING', 'DEPROVISIONING', 'STOPPED']);
  const { events: lines } = await output.send(new FilterLogEventsCommand({ logGroupName: '/app' }));
  expect(lines!.map(({ message }) => message)).toEqual(['migrating', 'done']);
  const stopped = await client.send(
    new ListTasksCommand({ cluster: 'test', startedBy: 'release/1', desiredStatus: 'STOPPED' }),
  );
  expect(stopped.taskArns).toEqual([taskArn]);
  await pass(3700);
  expect(await describeTask(taskArn)).toBeUndefined();
});

it('shows what the call overrode, and the tags of the call and of the task definition', async () => {
  const taskDefinition = await oneOff({ ends: 'hang' });
  const overrides = { ...command('a', 'b'), cpu: '512', memory: '2048' };
  const tags = [{ key: 'k', value: 'v' }];
  const request = { taskDefinition, overrides, tags, platformVersion: 'LATEST', launchType: 'FARGATE' as const };
  const task = await runFor(30, { ...request, propagateTags: 'TASK_DEFINITION', enableExecuteCommand: true });
  expect(task).toMatchObject({
    cpu: '512',
    memory: '2048',
    group: 'family:web',
    launchType: 'FARGATE',
    platformVersion: '1.4.0',
    enableExecuteCommand: true,
    overrides: { containerOverrides: [{ name: 'app', command: ['a', 'b'] }] },
    tags,
  });
});

describe('a client token', () => {
  it('starts a task once in 24 hours, also for two calls at the same time, and returns it', async () => {
    const taskDefinition = await oneOff({ ends: 'hang' });
    const twice = await Promise.all([1, 2].map(() => run({ taskDefinition, clientToken: 'once' })));
    const arns = twice.map(({ tasks }) => tasks![0]!.taskArn);
    await pass(23 * 3600);
    arns.push((await run({ taskDefinition, clientToken: 'once' })).tasks![0]!.taskArn);
    expect(new Set(arns).size).toBe(1);
    await pass(2 * 3600);
    expect((await run({ taskDefinition, clientToken: 'once' })).tasks![0]!.taskArn).not.toBe(arns[0]);
  });

  it('is refused with other parameters, and the error names the tasks', async () => {
    const taskDefinition = await oneOff({ ends: 'hang' });
    const first = (await run({ taskDefinition, clientToken: 'other' })).tasks![0]!.taskArn;
    const refused = await run({ taskDefinition, clientToken: 'other', startedBy: 'me' }).catch((error) => error);
    expect(refused).toMatchObject({ name: 'ConflictException', resourceIds: [first] });
  });

  it('is forgotten an hour after its task stopped, and runs again', async () => {
    const taskDefinition = await oneOff({ exitCode: 0 });
    const request = { taskDefinition, clientToken: 'short', overrides: command('x') };
    const first = (await run(request)).tasks![0]!.taskArn;
    await pass(1800);
    expect((await run(request)).tasks![0]!.taskArn).toBe(first);
    await pass(3600);
    expect((await run(request)).tasks![0]!.taskArn).not.toBe(first);
  });
});

describe('what RunTask refuses', () => {
  const capacity = 'Capacity is unavailable at this time. Please try again later or in a different availability zone';
  it.each(['RESOURCE:MEMORY', 'RESOURCE:ENI', capacity])(
    'answers %s as a failure, and runs after that',
    async (reason) => {
      const taskDefinition = await oneOff({ exitCode: 0 });
      const token = reason.replace(/\W/g, '').slice(0, 9);
      failPlacements(cloud, cluster, reason);
      const refused = await run({ taskDefinition, clientToken: token, count: 2 });
      failPlacements(cloud, cluster);
      expect(refused.tasks).toEqual([]);
      expect(refused.failures!.map((failure) => failure.reason)).toEqual([reason, reason]);
      const { tasks } = await run({ taskDefinition, clientToken: token, count: 2 });
      expect(tasks!.length).toBe(2);
    },
  );

  const network = { awsvpcConfiguration: { subnets: ['subnet-1'] } };
  const both = { launchType: 'EC2' as const, capacityProviderStrategy: [{ capacityProvider: 'FARGATE' }] };
  it.each<[string, Partial<RunTaskCommandInput>, RegExp]>([
    ['a launch type with a capacity provider', both, /both a launch type and capacity provider/],
    ['the tags of a service', { propagateTags: 'SERVICE' }, /SERVICE/],
    [
      'a container that does not exist',
      { overrides: { containerOverrides: [{ name: 'no' }] } },
      /named no is not a cont/,
    ],
    ['long overrides', { overrides: command('x'.repeat(8192)) }, /at most 8192/],
    ['an unknown revision', { taskDefinition: 'web:9999' }, /TaskDefinition not found/],
  ])('%s', async (_, more, text) => {
    await expect(
      run({ networkConfiguration: network, ...more, taskDefinition: more.taskDefinition ?? (await oneOff({})) }),
    ).rejects.toThrow(text);
  });

  it('a revision that is deregistered, and a role that ECS cannot assume', async () => {
    const taskDefinition = await oneOff({});
    const taskRoleArn = `arn:aws:iam::${testAccountId}:role/nobody`;
    await expect(run({ taskDefinition, overrides: { taskRoleArn } })).rejects.toThrow(/unable to assume the role/);
    await client.send(new DeregisterTaskDefinitionCommand({ taskDefinition }));
    await expect(run({ taskDefinition })).rejects.toThrow('TaskDefinition is inactive');
  });
});

it('needs ecs:RunTask on the revision in this cluster, the right to tag, and the right to pass each role', async () => {
  const taskDefinition = await oneOff({ exitCode: 0 });
  const before = cloud.authorizations.length;
  await run({ taskDefinition, tags: [{ key: 'k', value: 'v' }] });
  const asked = cloud.authorizations.slice(before).filter(({ operation }) => operation === 'RunTask');
  expect(asked.map(({ action, resource }) => [action, resource])).toEqual([
    ['ecs:RunTask', taskDefinition],
    ['ecs:TagResource', `${cluster.replace(':cluster/', ':task/')}/*`],
    ['iam:PassRole', executionRole],
  ]);
  expect(asked[0]!.request.circumstances.context).toEqual({ 'ecs:cluster': cluster });
});

it('stops a task with SIGTERM, whose exit code is that of the image, and forgets its tags', async () => {
  const taskDefinition = await oneOff({ ends: 'hang' }, { stopExitCode: 143 });
  const { taskArn } = await runFor(60, { taskDefinition, tags: [{ key: 'k', value: 'v' }] });
  await client.send(new StopTaskCommand({ cluster: 'test', task: taskArn, reason: 'took too long' }));
  await pass(10);
  expect(await describeTask(taskArn!)).toMatchObject({
    lastStatus: 'STOPPED',
    stopCode: 'UserInitiated',
    stoppedReason: 'took too long',
    containers: [{ exitCode: 143 }],
    tags: [],
  });
});

it('names the field of an annotation that is wrong inside oneOff', async () => {
  const task = await runFor(30, { taskDefinition: await oneOff({ exit: 3 }) });
  expect(task.stoppedReason).toContain('There is no field exit; there are command, seconds, ends, exitCode, log.');
});
