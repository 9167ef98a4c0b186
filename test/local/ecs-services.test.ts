import {
  DeleteServiceCommand,
  DeregisterTaskDefinitionCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ListServicesCommand,
  StopTaskCommand,
} from '@aws-sdk/client-ecs';
import { expect, test as it } from 'vitest';
import { behaviorWith, createEcsAccount } from './ecs-account.ts';

const { client, clock, cloud, create, image, readService, pass, release, revision, tasks, update } =
  await createEcsAccount();

it('starts no deployment for the same revision or a new count unless it is forced', async () => {
  const only = await revision(await image());
  await create('same', only);
  const { id } = (await readService('same')).deployments![0]!;
  await update('same', { taskDefinition: only });
  expect((await readService('same')).deployments).toMatchObject([{ id }]);
  await update('same', { desiredCount: 4 });
  await pass(60);
  expect(await readService('same')).toMatchObject({ desiredCount: 4, runningCount: 4, deployments: [{ id }] });
  await update('same', { desiredCount: 1 });
  await pass(60);
  expect(await readService('same')).toMatchObject({ desiredCount: 1, runningCount: 1, deployments: [{ id }] });
  const forced = await update('same', { forceNewDeployment: true });
  expect(forced.deployments![0]!.id).not.toBe(id);
});

it('refuses a deregistered revision, also by its family', async () => {
  const gone = await revision(await image());
  await create('base', await revision(await image()));
  await client.send(new DeregisterTaskDefinitionCommand({ taskDefinition: gone }));
  await expect(update('base', { taskDefinition: gone })).rejects.toMatchObject({
    name: 'ClientException',
    message: 'TaskDefinition is inactive',
  });
  await expect(update('base', { taskDefinition: 'nobody' })).rejects.toMatchObject({ name: 'ClientException' });
});

it('refuses a new revision for a service with the CODE_DEPLOY controller', async () => {
  await create('blue', await revision(await image()), { deploymentController: { type: 'CODE_DEPLOY' } });
  const taskDefinition = await revision(await image());
  await expect(update('blue', { taskDefinition })).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message:
      'Unable to update task definition on services with a CODE_DEPLOY deployment controller. Use AWS CodeDeploy to trigger a new deployment.',
  });
});

it('reports that the percentages allow no step', async () => {
  const deploymentConfiguration = { minimumHealthyPercent: 100, maximumPercent: 100 };
  await create('tight', await revision(await image()), { deploymentConfiguration });
  await update('tight', { taskDefinition: await revision(await image()) });
  await pass(60);
  expect((await release('tight')).status).toBe('IN_PROGRESS');
  expect((await readService('tight')).events![0]!.message).toContain(
    'was unable to stop or start tasks during a deployment',
  );
});

it('backs off if task starts keep failing, and reports it', async () => {
  await create('failing', await revision(await image(behaviorWith('crash'))), { desiredCount: 1 });
  const inFirst = (await tasks('failing', 'STOPPED')).length;
  await pass(3000);
  const lately = (await tasks('failing', 'STOPPED')).filter(
    ({ stoppedAt }) => stoppedAt!.getTime() > clock.now() - 120_000,
  );
  expect(inFirst).toBeGreaterThan(2);
  expect(lately.length).toBeLessThan(2);
  const { events } = await readService('failing');
  expect(events!.map(({ message }) => message)).toContain(
    '(service failing) is unable to consistently start tasks successfully.',
  );
});

it('lists a stopped task for an hour', async () => {
  await create('hour', await revision(await image()));
  const [task] = await tasks('hour', 'RUNNING');
  await client.send(new StopTaskCommand({ cluster: 'test', task: task!.taskArn!, reason: 'to see it go' }));
  await pass(60);
  const see = async () => client.send(new DescribeTasksCommand({ cluster: 'test', tasks: [task!.taskArn!] }));
  expect((await see()).tasks).toMatchObject([
    { lastStatus: 'STOPPED', stopCode: 'UserInitiated', stoppedReason: 'to see it go', containers: [{ exitCode: 0 }] },
  ]);
  expect((await readService('hour')).runningCount).toBe(2);
  await pass(3600);
  expect((await see()).failures).toEqual([{ arn: task!.taskArn, reason: 'MISSING' }]);
});

it('drains a deleted service and keeps it as INACTIVE', async () => {
  await create('leaving', await revision(await image()));
  const remove = (force: boolean) =>
    client.send(new DeleteServiceCommand({ cluster: 'test', service: 'leaving', force }));
  await expect(remove(false)).rejects.toMatchObject({ name: 'InvalidParameterException' });
  expect((await remove(true)).service!.status).toBe('DRAINING');
  await pass(30);
  expect(await readService('leaving')).toMatchObject({ status: 'INACTIVE', runningCount: 0, deployments: [] });
  await expect(update('leaving', { desiredCount: 1 })).rejects.toMatchObject({ name: 'ServiceNotActiveException' });
  const { serviceArns } = await client.send(new ListServicesCommand({ cluster: 'test', maxResults: 100 }));
  expect(serviceArns!.some((arn) => arn.endsWith('/leaving'))).toBe(false);
});

it('reports services that do not exist, and refuses a cluster that does not exist', async () => {
  const { failures } = await client.send(new DescribeServicesCommand({ cluster: 'test', services: ['nobody'] }));
  expect(failures).toEqual([{ arn: expect.stringMatching(/service\/test\/nobody$/), reason: 'MISSING' }]);
  await expect(
    client.send(new DescribeServicesCommand({ cluster: 'nowhere', services: ['web'] })),
  ).rejects.toMatchObject({ name: 'ClusterNotFoundException', message: 'Cluster not found.' });
  await expect(update('nobody', { desiredCount: 1 })).rejects.toMatchObject({
    name: 'ServiceNotFoundException',
    message: 'Service not found.',
  });
});

it('sends events for a rollout and for each state of its tasks, in order', async () => {
  const published: { type: string; detail: Record<string, unknown> }[] = [];
  cloud.eventListeners.push(({ 'detail-type': type, detail, resources }) => {
    if (resources[0]!.endsWith('/heard') || String(detail.group).endsWith(':heard')) published.push({ type, detail });
  });
  await create('heard', await revision(await image()), { desiredCount: 1 });
  const named = (type: string) => published.filter((each) => each.type === type).map(({ detail }) => detail);
  expect(named('ECS Deployment State Change').map(({ eventName }) => eventName)).toEqual([
    'SERVICE_DEPLOYMENT_IN_PROGRESS',
    'SERVICE_DEPLOYMENT_COMPLETED',
  ]);
  expect(named('ECS Service Action').map(({ eventName }) => eventName)).toEqual(['SERVICE_STEADY_STATE']);
  const task = named('ECS Task State Change');
  expect(task.map(({ lastStatus }) => lastStatus)).toEqual(['PROVISIONING', 'PENDING', 'ACTIVATING', 'RUNNING']);
  expect(task.map(({ version }) => version)).toEqual([1, 2, 3, 4]);
  expect(task.at(-1)!.startedAt).toMatch(/^2026-11-23T.*Z$/);
});
