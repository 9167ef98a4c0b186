import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import {
  type CreateServiceCommandInput,
  DescribeServiceRevisionsCommand,
  ListServiceDeploymentsCommand,
  StopServiceDeploymentCommand,
} from '@aws-sdk/client-ecs';
import { expect, test as it } from 'vitest';
import { injectFaults } from '../../local/faults.ts';
import { testAccountId } from '../start.ts';
import { behaviorWith, createEcsAccount, executionRole } from './ecs-account.ts';

const { as, client, cloud, create, image, readService, pass, release, revision, tasks, update } =
  await createEcsAccount();
const alarms = new CloudWatchClient(as(testAccountId));

const breaker = (rollback: boolean): Partial<CreateServiceCommandInput> => ({
  deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback } },
});

const alarmed = (name: string): Partial<CreateServiceCommandInput> => ({
  deploymentConfiguration: { alarms: { alarmNames: [name], enable: true, rollback: true } },
});

const putAlarm = (AlarmName: string) =>
  alarms.send(
    new PutMetricAlarmCommand({
      AlarmName,
      EvaluationPeriods: 1,
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: 1,
    }),
  );

const setAlarm = (AlarmName: string, StateValue: 'OK' | 'ALARM') =>
  alarms.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: 'told to' }));

const stop = (serviceDeploymentArn: string, stopType: 'ROLLBACK' | 'ABORT') =>
  client.send(new StopServiceDeploymentCommand({ serviceDeploymentArn, stopType }));

it('rolls back if an alarm of the deployment goes off', async () => {
  await putAlarm('errors');
  const old = await revision(await image());
  await create('alarmed', old, alarmed('errors'));
  await update('alarmed', { taskDefinition: await revision(await image()) });
  await pass(15);
  await setAlarm('errors', 'ALARM');
  await pass(180);
  expect(await release('alarmed')).toMatchObject({
    status: 'ROLLBACK_SUCCESSFUL',
    statusReason: 'Service deployment rolled back because of a CloudWatch alarm breach.',
    alarms: { status: 'TRIGGERED', alarmNames: ['errors'], triggeredAlarmNames: ['errors'] },
  });
  expect((await readService('alarmed')).taskDefinition).toBe(old);
});

it('ignores an alarm that was in ALARM when the deployment started', async () => {
  await putAlarm('noisy');
  await create('noisy', await revision(await image()), alarmed('noisy'));
  await setAlarm('noisy', 'ALARM');
  await update('noisy', { taskDefinition: await revision(await image()) });
  await pass(10);
  await setAlarm('noisy', 'OK');
  await setAlarm('noisy', 'ALARM');
  await pass(180);
  expect(await release('noisy')).toMatchObject({ status: 'SUCCESSFUL', alarms: { status: 'DISABLED' } });
});

it('asks CloudWatch again if it cannot read the alarms when a deployment starts', async () => {
  await putAlarm('unread');
  await create('unread', await revision(await image()), alarmed('unread'));
  await setAlarm('unread', 'ALARM');
  injectFaults(cloud, {
    faults: [
      { to: 'call', words: ['monitoring DescribeAlarms'], nth: 1, times: 1, what: 'expired' },
      { to: 'call', words: ['monitoring DescribeAlarms'], nth: 2, times: 1, what: 'killed after' },
    ],
  });
  await update('unread', { taskDefinition: await revision(await image()) });
  await pass(15);
  delete cloud.faultHooks;
  expect(await release('unread')).toMatchObject({ alarms: { status: 'DISABLED' } });
});

it('watches alarms for some time after all tasks run', async () => {
  await putAlarm('late');
  await create('late', await revision(await image()), alarmed('late'));
  await update('late', { taskDefinition: await revision(await image()) });
  await pass(50);
  expect((await readService('late')).deployments).toHaveLength(1);
  expect((await release('late')).status).toBe('IN_PROGRESS');
  await pass(60);
  expect(await release('late')).toMatchObject({ status: 'SUCCESSFUL', alarms: { status: 'MONITORING_COMPLETE' } });
});

it('stops the earlier service deployment if a newer one starts', async () => {
  await create('twice', await revision(await image()));
  await update('twice', { taskDefinition: await revision(await image()) });
  const earlier = (await readService('twice')).currentServiceDeployment!;
  await pass(12);
  const last = await revision(await image());
  await update('twice', { taskDefinition: last });
  expect((await readService('twice')).deployments!.map(({ status }) => status)).toEqual([
    'PRIMARY',
    'ACTIVE',
    'ACTIVE',
  ]);
  await pass(180);
  expect((await release('twice', earlier)).status).toBe('STOPPED');
  expect((await release('twice')).status).toBe('SUCCESSFUL');
  expect((await readService('twice')).deployments).toMatchObject([{ taskDefinition: last, runningCount: 2 }]);
});

it('rolls back on StopServiceDeployment, and refuses it if there is nothing left to stop', async () => {
  const old = await revision(await image());
  await create('asked', old);
  await update('asked', { taskDefinition: await revision(await image()) });
  const arn = (await readService('asked')).currentServiceDeployment!;
  await pass(5);
  await stop(arn, 'ROLLBACK');
  expect((await release('asked', arn)).status).toBe('ROLLBACK_REQUESTED');
  await pass(2);
  expect((await release('asked', arn)).status).toBe('ROLLBACK_IN_PROGRESS');
  await pass(60);
  const ended = await release('asked', arn);
  expect(ended.status).toBe('ROLLBACK_SUCCESSFUL');
  expect(ended.rollback!.serviceRevisionArn).toBe(ended.sourceServiceRevisions![0]!.arn);
  expect((await readService('asked')).taskDefinition).toBe(old);
  await expect(stop(arn, 'ROLLBACK')).rejects.toMatchObject({ name: 'ConflictException' });
  await expect(stop(`${arn}0`, 'ROLLBACK')).rejects.toMatchObject({ name: 'ServiceDeploymentNotFoundException' });
});

it('rolls back immediately on StopServiceDeployment before the first task has started', async () => {
  await create('hasty', await revision(await image()));
  await update('hasty', { taskDefinition: await revision(await image()) });
  await stop((await readService('hasty')).currentServiceDeployment!, 'ROLLBACK');
  await pass(5);
  expect((await release('hasty')).status).toBe('ROLLBACK_SUCCESSFUL');
  expect((await readService('hasty')).deployments).toMatchObject([{ rolloutState: 'COMPLETED', runningCount: 2 }]);
});

it('keeps its tasks on StopServiceDeployment with ABORT', async () => {
  await create('aborted', await revision(await image()));
  const fresh = await revision(await image());
  await update('aborted', { taskDefinition: fresh });
  await pass(5);
  await stop((await readService('aborted')).currentServiceDeployment!, 'ABORT');
  await pass(60);
  expect((await release('aborted')).status).toBe('STOPPED');
  expect((await readService('aborted')).deployments![0]).toMatchObject({
    taskDefinition: fresh,
    rolloutState: 'FAILED',
  });
});

it('fails without a rollback if no deployment has ever completed', async () => {
  await create('first', await revision(await image(behaviorWith('crash'))), breaker(true));
  expect(await release('first')).toMatchObject({
    status: 'STOPPED',
    statusReason: expect.stringContaining('No rollback candidate was found'),
    deploymentCircuitBreaker: { status: 'TRIGGERED' },
  });
});

it('reports if the rollback fails too', async () => {
  const deploymentConfiguration = {
    ...breaker(true).deploymentConfiguration,
    minimumHealthyPercent: 0,
    maximumPercent: 100,
  };
  await create('stuck', await revision(await image()), { deploymentConfiguration });
  const role = cloud.iam.roles.get(executionRole)!;
  cloud.iam.roles.set(executionRole, { ...role, policies: {} });
  await update('stuck', { taskDefinition: await revision(await image()) });
  await pass(900);
  cloud.iam.roles.set(executionRole, role);
  expect((await release('stuck')).status).toBe('ROLLBACK_FAILED');
  const dead = (await tasks('stuck', 'STOPPED')).find(({ stopCode }) => stopCode === 'TaskFailedToStart');
  expect(dead!.stoppedReason).toMatch(
    /^ResourceInitializationError: unable to pull secrets or registry auth: .*ecr:GetAuthorizationToken/,
  );
});

it('lists the newest first, filtered by status and time', async () => {
  await create('listed', await revision(await image()));
  const before = new Date(cloud.clock.now());
  await pass(5);
  await update('listed', { forceNewDeployment: true });
  const list = async (more: object) => {
    const answer = await client.send(
      new ListServiceDeploymentsCommand({ cluster: 'test', service: 'listed', ...more }),
    );
    return answer.serviceDeployments!.map(({ status }) => status);
  };
  expect(await list({})).toEqual(['PENDING', 'SUCCESSFUL']);
  expect(await list({ status: ['SUCCESSFUL'] })).toEqual(['SUCCESSFUL']);
  expect(await list({ createdAt: { after: before } })).toEqual(['PENDING']);
  expect(await list({ createdAt: { before } })).toEqual(['SUCCESSFUL']);
});

it('resolves a tag once: every task of a revision runs the same digest, even if the tag moves', async () => {
  const uri = await image({}, 'moving');
  await create('pinned', await revision(uri));
  await image(behaviorWith('crash'), 'moving');
  await update('pinned', { desiredCount: 3 });
  await pass(60);
  const running = await tasks('pinned', 'RUNNING');
  expect(running).toHaveLength(3);
  expect(new Set(running.map((task) => task.containers![0]!.imageDigest)).size).toBe(1);
  const serviceRevisionArns = [(await release('pinned')).targetServiceRevision!.arn!];
  const { serviceRevisions } = await client.send(new DescribeServiceRevisionsCommand({ serviceRevisionArns }));
  expect(serviceRevisions![0]!.containerImages).toEqual([
    { containerName: 'app', image: uri, imageDigest: running[0]!.containers![0]!.imageDigest },
  ]);
});
