import { CloudWatchLogsClient, CreateLogGroupCommand, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { SetRepositoryPolicyCommand } from '@aws-sdk/client-ecr';
import { expect, test as it } from 'vitest';
import { logs } from '../../local/logs.ts';
import { region, testAccountId } from '../start.ts';
import { behaviorWith, createEcsAccount, executionRole } from './ecs-account.ts';

const { as, cloud, create, image, images, readService, release, revision, tasks, update, pass } =
  await createEcsAccount();
cloud.services.set('logs', logs(cloud));
const output = new CloudWatchLogsClient(as(testAccountId));
const role = cloud.iam.roles.get(executionRole)!;

const logConfiguration = {
  logDriver: 'awslogs' as const,
  options: { 'awslogs-group': '/app', 'awslogs-region': region, 'awslogs-stream-prefix': 'web' },
};

const grantRole = (...actions: string[]) => {
  const grant = { Effect: 'Allow', Action: actions, Resource: '*' };
  const Statement = [...role.policies.pull!.Statement, grant];
  cloud.iam.roles.set(executionRole, { ...role, policies: { pull: { Version: '2012-10-17', Statement } } });
};

it("pulls with the execution role: both the registry's policy and the role must allow it", async () => {
  await create('pulls', await revision(await image()));
  const shut = { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Principal: '*', Action: 'ecr:BatchGetImage' }] };
  await images.send(new SetRepositoryPolicyCommand({ repositoryName: 'web', policyText: JSON.stringify(shut) }));
  await update('pulls', { taskDefinition: await revision(await image({}, 'shut')) });
  await pass(30);
  const open = { ...shut, Statement: [{ ...shut.Statement[0], Effect: 'Allow', Action: 'ecr:*' }] };
  await images.send(new SetRepositoryPolicyCommand({ repositoryName: 'web', policyText: JSON.stringify(open) }));
  const dead = (await tasks('pulls', 'STOPPED')).find(({ stopCode }) => stopCode === 'TaskFailedToStart');
  expect(dead!.stoppedReason).toMatch(/^CannotPullContainerError: .*web:shut: .*\[manifests shut\]: 403 Forbidden$/);
  const puller = cloud.authorizations.findLast(({ operation }) => operation === 'BatchGetImage')!.principal;
  expect(puller).toMatch(new RegExp(`^arn:aws:sts::${testAccountId}:assumed-role/execution/[0-9a-f]{32}$`));
});

it('launches no task whose execution role does not exist, and says so in an event of the service', async () => {
  cloud.iam.roles.delete(executionRole);
  await create('roleless', await revision(await image()), { desiredCount: 1 });
  await pass(60);
  const { events, deployments } = await readService('roleless');
  cloud.iam.roles.set(executionRole, role);
  expect(await tasks('roleless', 'STOPPED')).toEqual([]);
  expect(events!.map(({ message }) => message)).toContainEqual(
    expect.stringContaining(`failed to launch a task with (error ECS was unable to assume the role '${executionRole}'`),
  );
  expect(deployments![0]!.failedTasks).toBeGreaterThan(2);
});

it('lets the first tasks of a deployment behave differently', async () => {
  const recovering = await image({ startSeconds: 1, then: 'healthy', firstTasks: 2, firstThen: 'no-capacity' });
  await create('recovering', await revision(recovering), { desiredCount: 2 });
  await pass(90);
  const stopped = await tasks('recovering', 'STOPPED');
  expect(stopped.map(({ stoppedReason }) => stoppedReason)).toEqual([
    expect.stringContaining('Capacity is unavailable'),
    expect.stringContaining('Capacity is unavailable'),
  ]);
  expect((await readService('recovering')).runningCount).toBe(2);
});

it("uses the container's own health check before the load balancer's", async () => {
  const healthCheck = { command: ['CMD', 'true'] };
  await create('checked', await revision(await image(behaviorWith('unhealthy')), { healthCheck }), {
    deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: false } },
  });
  await pass(120);
  expect((await release('checked')).deploymentCircuitBreaker).toMatchObject({ status: 'TRIGGERED', threshold: 3 });
  const [dead] = await tasks('checked', 'STOPPED');
  expect(dead).toMatchObject({
    stopCode: 'ServiceSchedulerInitiated',
    stoppedReason: 'Task failed container health checks',
    healthStatus: 'UNHEALTHY',
  });
});

it('does not notice an unhealthy image without any health check', async () => {
  await create('unchecked', await revision(await image(behaviorWith('unhealthy'))));
  expect((await release('unchecked')).status).toBe('SUCCESSFUL');
});

it.each<[what: string, behavior: Record<string, unknown>, sentence: string]>([
  [
    'an unknown field',
    { thn: 'crash' },
    'There is no field thn; there are startSeconds, then, afterSeconds, exitCode, log, stopExitCode, firstTasks, firstThen, oneOff.',
  ],
  [
    'an unknown value',
    { then: 'crsh' },
    'then must be one of healthy, crash, unhealthy, out-of-memory, cannot-start, no-capacity, lose-host; found "crsh".',
  ],
  ['no number', { exitCode: '3' }, 'exitCode must be a whole number from 0 to 255; found "3".'],
  ['no texts', { log: ['fine', 5] }, 'log.1 must be a list of texts; found 5.'],
  [
    'two errors',
    { startSeconds: -1, afterSeconds: 'a' },
    'seconds; found -1. afterSeconds must be a number of seconds; found "a".',
  ],
])("explains in one line what is wrong with an image's behaviour: %s", async (what, asked, sentence) => {
  const name = `riddle-${what.replaceAll(' ', '-')}`;
  await create(name, await revision(await image(asked)), { desiredCount: 1 });
  const [dead] = await tasks(name, 'STOPPED');
  expect(dead!.stoppedReason).toContain('local.gantry.behavior is not understood: ');
  expect(dead!.stoppedReason).toContain(sentence);
  expect(dead!.stoppedReason).not.toContain('\n');
});

it('a container that is not essential can exit', async () => {
  await create('sidecar', await revision(await image(behaviorWith('crash')), { essential: false }));
  expect((await release('sidecar')).status).toBe('SUCCESSFUL');
});

it('does not start a task whose log group is missing or cannot be written', async () => {
  await create('mute', await revision(await image({ log: ['hello'] }), { logConfiguration }), { desiredCount: 1 });
  grantRole('logs:CreateLogStream', 'logs:PutLogEvents');
  await pass(120);
  const reasons = (await tasks('mute', 'STOPPED')).map(({ stoppedReason }) => stoppedReason);
  expect(reasons[0]).toMatch(/^ResourceInitializationError: failed to validate logger args: .*AccessDeniedException/);
  expect(reasons.at(-1)).toMatch(/ResourceNotFoundException: The specified log group does not exist/);
});

it('writes the output of containers to their log group', async () => {
  grantRole('logs:CreateLogStream', 'logs:PutLogEvents');
  await output.send(new CreateLogGroupCommand({ logGroupName: '/app' }));
  const uri = await image({ log: ['listening on 80', 'ready'] });
  await create('loud', await revision(uri, { logConfiguration }), { desiredCount: 1 });
  const [task] = await tasks('loud', 'RUNNING');
  const logStreamNames = [`web/app/${task!.taskArn!.split('/').at(-1)}`];
  const { events } = await output.send(new FilterLogEventsCommand({ logGroupName: '/app', logStreamNames }));
  expect(events!.map(({ message }) => message)).toEqual(['listening on 80', 'ready']);
});

it('publishes tasks without any health and without inference accelerators', async () => {
  const details: { containers: object[]; overrides: object }[] = [];
  const listen = (event: { 'detail-type': string; detail: unknown }) => {
    if (event['detail-type'] === 'ECS Task State Change') details.push(event.detail as (typeof details)[number]);
  };
  cloud.eventListeners.push(listen);
  await create('published', await revision(await image()), { desiredCount: 1 });
  cloud.eventListeners.splice(cloud.eventListeners.indexOf(listen), 1);
  expect(details.length).toBeGreaterThan(3);
  const fields = details.flatMap((detail) => [detail, detail.overrides, ...detail.containers].flatMap(Object.keys));
  expect(fields).not.toContain('healthStatus');
  expect(fields).not.toContain('inferenceAcceleratorOverrides');
  const [task] = await tasks('published', 'RUNNING');
  expect(task).toMatchObject({ healthStatus: 'UNKNOWN', overrides: { inferenceAcceleratorOverrides: [] } });
});
