import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { type DeploymentConfiguration, StopServiceDeploymentCommand } from '@aws-sdk/client-ecs';
import { describe, expect, test as it } from 'vitest';
import { trafficSteps } from '../../local/ecs/native-rollout.ts';
import { testAccountId } from '../start.ts';
import { createNativeAccount, progressOf } from './native-service.ts';

const { as, client, create, deploy, follow, image, pass, reach, readService, release, revision, tasks, update } =
  await createNativeAccount();
const alarms = new CloudWatchClient(as(testAccountId));

const linear: DeploymentConfiguration = {
  strategy: 'LINEAR',
  linearConfiguration: { stepPercent: 40, stepBakeTimeInMinutes: 1 },
  bakeTimeInMinutes: 2,
};
const canary: DeploymentConfiguration = {
  strategy: 'CANARY',
  canaryConfiguration: { canaryPercent: 5, canaryBakeTimeInMinutes: 1 },
  bakeTimeInMinutes: 2,
};
const blueGreen: DeploymentConfiguration = { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 2 };

describe('the steps of the production traffic', () => {
  it.each([
    ['blue/green', { strategy: 'BLUE_GREEN' }, [100]],
    ['canary, by default', { strategy: 'CANARY' }, [5, 100]],
    ['canary of 100 %', { strategy: 'CANARY', canaryConfiguration: { canaryPercent: 100 } }, [100]],
    ['linear, by default', { strategy: 'LINEAR' }, [10, 20, 30, 40, 50, 60, 70, 80, 90, 100]],
    [
      'linear that does not divide 100',
      { strategy: 'LINEAR', linearConfiguration: { stepPercent: 33.3 } },
      [33.3, 66.6, 99.9, 100],
    ],
    [
      'linear with a last step of 0.1 %',
      { strategy: 'LINEAR', linearConfiguration: { stepPercent: 99.9 } },
      [99.9, 100],
    ],
    ['linear of 100 %', { strategy: 'LINEAR', linearConfiguration: { stepPercent: 100 } }, [100]],
  ] as const)('%s', (_, settings, steps) => {
    expect(trafficSteps(settings)).toEqual(steps);
  });
});

const beforeTraffic = [
  ['PRE_SCALE_UP', 0, 0, 100],
  ['SCALE_UP', 0, 0, 100],
  ['POST_SCALE_UP', 0, 0, 100],
  ['TEST_TRAFFIC_SHIFT', 0, 100, 100],
  ['POST_TEST_TRAFFIC_SHIFT', 0, 100, 100],
];
const afterTraffic = ['POST_PRODUCTION_TRAFFIC_SHIFT', 'BAKE_TIME', 'CLEAN_UP'].map((stage) => [stage, 100, 100, 0]);
const step = (before: number, after: number) => [
  ['PRE_PRODUCTION_TRAFFIC_SHIFT', before, 100, Math.round(100 - before)],
  ['PRODUCTION_TRAFFIC_SHIFT', after, 100, Math.round(100 - after)],
];

describe('stages, weights and times of a healthy deployment', () => {
  it.each([
    ['blue-green', blueGreen, [step(0, 100)]],
    ['linear', linear, [step(0, 40), step(40, 80), step(80, 100)]],
    ['canary', canary, [step(0, 5), step(5, 100)]],
  ] as const)('%s', async (service, settings, steps) => {
    const { fresh } = await deploy(service, settings);
    const seen = await follow(service, 900);
    expect(seen.map(({ progress }) => progress)).toEqual([...beforeTraffic, ...steps.flat(), ...afterTraffic]);
    const secondsIn = (index: number) => seen[index + 1]!.at - seen[index]!.at;
    const bakes = seen.flatMap(({ progress: [stage] }, index) =>
      stage === 'PRODUCTION_TRAFFIC_SHIFT' ? [secondsIn(index)] : [],
    );
    expect(bakes).toEqual([...steps.slice(1).map(() => 65), 5]);
    expect(secondsIn(seen.length - 2)).toBe(120);
    expect(await release(service)).toMatchObject({ status: 'SUCCESSFUL', lifecycleStage: 'CLEAN_UP' });
    expect((await readService(service)).deployments).toMatchObject([{ taskDefinition: fresh, runningCount: 2 }]);
  });

  it('runs both revisions with all their tasks until the last stage', async () => {
    const { old, fresh } = await deploy('both', blueGreen);
    const baking = await reach('both', 'BAKE_TIME');
    expect(baking.targetServiceRevision).toMatchObject({ requestedTaskCount: 2, runningTaskCount: 2 });
    expect(baking.sourceServiceRevisions).toMatchObject([{ requestedTaskCount: 2, runningTaskCount: 2 }]);
    expect((await readService('both')).deployments).toMatchObject([
      { status: 'PRIMARY', taskDefinition: fresh, desiredCount: 2, runningCount: 2 },
      { status: 'ACTIVE', taskDefinition: old, desiredCount: 2, runningCount: 2 },
    ]);
    expect((await readService('both')).deployments![0]).not.toHaveProperty('rolloutState');
    expect(await tasks('both', 'RUNNING')).toHaveLength(4);
    await pass(180);
    expect((await release('both')).status).toBe('SUCCESSFUL');
    expect(await tasks('both', 'RUNNING')).toHaveLength(2);
  });
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
const setAlarm = (AlarmName: string) =>
  alarms.send(new SetAlarmStateCommand({ AlarmName, StateValue: 'ALARM', StateReason: 'told to' }));

const stop = async (service: string, stopType: 'ROLLBACK' | 'ABORT') =>
  client.send(
    new StopServiceDeploymentCommand({
      serviceDeploymentArn: (await readService(service)).currentServiceDeployment,
      stopType,
    }),
  );

describe('a rollback', () => {
  it.each([
    ['before any traffic', blueGreen, 'POST_TEST_TRAFFIC_SHIFT'],
    ['in a canary step', canary, 'PRODUCTION_TRAFFIC_SHIFT'],
    ['in a linear step', linear, 'PRODUCTION_TRAFFIC_SHIFT'],
    ['in the final bake time', blueGreen, 'BAKE_TIME'],
  ] as const)('by hand %s gives all traffic back to the old tasks within seconds', async (name, settings, stage) => {
    const service = `back-${name.replaceAll(/\W/g, '-')}`;
    const { old } = await deploy(service, settings);
    await reach(service, stage);
    const before = (await tasks(service, 'RUNNING')).filter((task) => task.taskDefinitionArn === old);
    await stop(service, 'ROLLBACK');
    await pass(3);
    const arn = (await release(service)).serviceDeploymentArn;
    expect(progressOf(await release(service, arn)).slice(1)).toEqual([0, 0, 100]);
    await pass(60);
    expect(await release(service, arn)).toMatchObject({ status: 'ROLLBACK_SUCCESSFUL' });
    expect((await tasks(service, 'RUNNING')).map(({ taskArn }) => taskArn).toSorted()).toEqual(
      before.map(({ taskArn }) => taskArn).toSorted(),
    );
  });

  it('follows an alarm of the deployment in the first step of a canary', async () => {
    await putAlarm('errors');
    const settings = { ...canary, alarms: { alarmNames: ['errors'], enable: true, rollback: true } };
    const { old } = await deploy('alarmed', settings);
    await reach('alarmed', 'PRODUCTION_TRAFFIC_SHIFT');
    await setAlarm('errors');
    await pass(60);
    expect(await release('alarmed')).toMatchObject({
      status: 'ROLLBACK_SUCCESSFUL',
      lifecycleStage: 'PRODUCTION_TRAFFIC_SHIFT',
      alarms: { triggeredAlarmNames: ['errors'] },
    });
    expect((await readService('alarmed')).taskDefinition).toBe(old);
  });

  it('leaves the traffic as it is if the deployment is aborted', async () => {
    const { fresh } = await deploy('aborted', canary);
    await reach('aborted', 'PRODUCTION_TRAFFIC_SHIFT');
    await stop('aborted', 'ABORT');
    await pass(120);
    const stopped = await release('aborted');
    expect(stopped.status).toBe('STOPPED');
    expect(progressOf(stopped)).toEqual(['PRODUCTION_TRAFFIC_SHIFT', 5, 100, 95]);
    expect((await readService('aborted')).taskDefinition).toBe(fresh);
    expect(await tasks('aborted', 'RUNNING')).toHaveLength(4);
  });

  it('comes after 24 hours in a stage', async () => {
    await deploy('forever', blueGreen, { startSeconds: 90_000 });
    await pass(23 * 3600);
    expect((await release('forever')).status).toBe('IN_PROGRESS');
    await pass(3700);
    expect((await release('forever')).status).toBe('ROLLBACK_SUCCESSFUL');
    expect((await release('forever')).statusReason).toMatch('the lifecycle stage SCALE_UP timed out');
  });
});

describe('a second deployment', () => {
  it('replaces the first one, whose traffic goes back to the revision with the most', async () => {
    await deploy('twice', canary);
    await reach('twice', 'PRODUCTION_TRAFFIC_SHIFT');
    const first = (await release('twice')).serviceDeploymentArn;
    const last = await revision(await image());
    await update('twice', { taskDefinition: last });
    await pass(2);
    const second = await release('twice');
    expect(progressOf(second)[0]).toBe('RECONCILE_SERVICE');
    expect((await release('twice', first)).status).toBe('STOPPED');
    const weights = second.sourceServiceRevisions!.map((each) => each.requestedProductionTrafficWeight);
    expect(weights).toEqual([0, 100]);
    await pass(600);
    expect((await release('twice')).status).toBe('SUCCESSFUL');
    expect((await readService('twice')).deployments).toMatchObject([{ taskDefinition: last, runningCount: 2 }]);
  });

  it('is a rolling update again if the strategy says so', async () => {
    await deploy('again', blueGreen);
    await pass(600);
    await update('again', { deploymentConfiguration: { strategy: 'ROLLING' }, forceNewDeployment: true });
    await pass(120);
    expect(await release('again')).not.toHaveProperty('lifecycleStage');
    expect((await release('again')).status).toBe('SUCCESSFUL');
  });

  it('of a new service has the same stages', async () => {
    await create('new', await revision(await image()), { deploymentConfiguration: blueGreen });
    await pass(120);
    expect(await release('new')).toMatchObject({ status: 'SUCCESSFUL', lifecycleStage: 'CLEAN_UP' });
  });
});

describe('a deployment configuration', () => {
  it.each([
    ['a step below 3 %', { strategy: 'LINEAR', linearConfiguration: { stepPercent: 2 } }, /stepPercent/],
    [
      'a share that is no multiple of 0.1 %',
      { strategy: 'CANARY', canaryConfiguration: { canaryPercent: 5.55 } },
      /multiple of 0.1/,
    ],
    [
      'an early success',
      {
        strategy: 'CANARY',
        earlySuccessCriteria: { enable: true, healthyPercent: 100, sourceServiceRevisionCleanup: 'BLOCKING' },
      },
      /earlySuccessCriteria is not valid for CANARY/,
    ],
    [
      'a pause in the middle of a shift',
      { strategy: 'CANARY', lifecycleHooks: [{ targetType: 'PAUSE', lifecycleStages: ['PRODUCTION_TRAFFIC_SHIFT'] }] },
      /PAUSE hook cannot be configured at PRODUCTION_TRAFFIC_SHIFT/,
    ],
    [
      'a pause with a function',
      {
        strategy: 'CANARY',
        lifecycleHooks: [{ targetType: 'PAUSE', roleArn: 'x', lifecycleStages: ['PRE_SCALE_UP'] }],
      },
      /no hookTargetArn/,
    ],
    [
      'a function without a role',
      { strategy: 'CANARY', lifecycleHooks: [{ hookTargetArn: 'x', lifecycleStages: ['PRE_SCALE_UP'] }] },
      /needs hookTargetArn and roleArn/,
    ],
    [
      'eleven pauses',
      {
        strategy: 'CANARY',
        lifecycleHooks: Array.from({ length: 11 }, () => ({ targetType: 'PAUSE', lifecycleStages: ['PRE_SCALE_UP'] })),
      },
      /at most 10 hooks/,
    ],
  ])('is refused with %s', async (_, deploymentConfiguration, message) => {
    const settings: object = deploymentConfiguration;
    const refused = create('refused', await revision(await image()), { deploymentConfiguration: settings });
    await expect(refused).rejects.toThrow(message);
  });
});
