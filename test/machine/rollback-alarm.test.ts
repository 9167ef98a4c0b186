import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { startRollbackSystem } from './rollback-system.ts';
import { withAlarms } from './with-alarms.ts';

const system = await startRollbackSystem(withAlarms('web-cpu', 'web-memory', 'web-during', 'web-ours', 'late'));
const { clock, cloud, testAccount } = system;
const ends: Record<string, unknown>[] = [];
cloud.eventListeners.push(({ source, detail }) => {
  if (source === 'gantry') ends.push(detail);
});

/** Creates an alarm on the service's own metric, like those of target tracking: its dimensions prove nothing. */
const alarm = async (AlarmName: string, ServiceName = 'web'): Promise<void> => {
  const Dimensions = [
    { Name: 'ClusterName', Value: 'web-shop' },
    { Name: 'ServiceName', Value: ServiceName },
  ];
  const watched = { Namespace: 'AWS/ECS', MetricName: 'CPUUtilization', Dimensions, Period: 60, Statistic: 'Average' };
  const when = { EvaluationPeriods: 1, Threshold: 90, ComparisonOperator: 'GreaterThanThreshold' };
  await testAccount('monitoring', 'PutMetricAlarm', { AlarmName, ...watched, ...when });
};
const fire = (AlarmName: string) =>
  testAccount('monitoring', 'SetAlarmState', { AlarmName, StateValue: 'ALARM', StateReason: 'Threshold Crossed.' });

const pass = async (minutes: number): Promise<void> => {
  const end = clock.now() + minutes * 60_000;
  await clock.advanceUntil(() => clock.now() >= end);
};
const nothing = (reason: string) => ({ do: 'nothing', reason: expect.stringContaining(reason) });

/** Returns the event of an alarm that went off `minutesAgo` minutes ago, as the target account sends it. */
const event = (minutesAgo: number, change: Record<string, unknown> = {}) => {
  const at = new Date(clock.now() - minutesAgo * 60_000).toISOString();
  const dimensions = { ClusterName: 'web-shop', ServiceName: 'web' };
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'CloudWatch Alarm State Change',
    source: 'aws.cloudwatch',
    account: '222222222222',
    time: at,
    region: 'eu-west-1',
    resources: ['arn:aws:cloudwatch:eu-west-1:222222222222:alarm:late'],
    detail: {
      alarmName: 'late',
      state: { value: 'ALARM', reason: 'Threshold Crossed.', timestamp: at.replace('Z', '+0000') },
      configuration: { metrics: [{ id: 'm1', metricStat: { metric: { dimensions } } }] },
    },
    ...change,
  };
};

describe('an alarm', () => {
  it('after a stable deployment restores the revision before it, once', async () => {
    await system.good('stable-1');
    const good = await system.good('stable-2');
    await system.good('stable-3');
    await pass(10);
    const known = await system.list();
    await alarm('web-cpu');
    await fire('web-cpu');
    const [done, ...more] = await system.noticed(known);
    expect(more).toEqual([]);
    expect(done).toMatchObject({ status: 'SUCCEEDED', output: { decision: { do: 'revision' } } });
    expect(done!.output.report.message).toMatch(
      /^The alarm web-cpu went off at .* \(Threshold Crossed\). test\/web rolls back to/,
    );
    expect(await system.runs()).toBe(good);
    await system.steady();
    await alarm('web-memory');
    const then = await system.list();
    await fire('web-memory');
    const [again] = await system.noticed(then);
    expect(again!.output.decision).toMatchObject(nothing('is rolled back already'));
    expect(ends.at(-1)).toMatchObject({ kind: 'rollback', result: 'NothingToDo', target: 'test/web', before: good });
    expect(await system.runs()).toBe(good);
  });

  it('of target tracking, 16 minutes after a healthy release, starts nothing', async () => {
    await system.good('scales-1');
    const good = await system.good('scales-2');
    await pass(16);
    const known = await system.list();
    const name = `TargetTracking-service/web-shop/web-AlarmLow-${randomUUID()}`;
    await alarm(name);
    await fire(name);
    await pass(5);
    expect(await system.list()).toEqual(known);
    expect(await system.runs()).toBe(good);
  });

  it('that neither the configuration nor the service names changes nothing, though its dimensions are the service’s', async () => {
    await system.good('foreign-1');
    const good = await system.good('foreign-2');
    const known = await system.list();
    await alarm('scale-in');
    await fire('scale-in');
    const [done] = await system.noticed(known);
    expect(done!.output.decision).toEqual(nothing('It speaks for no service of gantry.config.ts: the alarm scale-in'));
    expect(await system.runs()).toBe(good);
  });

  it('that only the service’s own deployment configuration names restores the revision before', async () => {
    const good = await system.good('own-1');
    await system.good('own-2');
    const alarms = { alarmNames: ['own-errors'], enable: true, rollback: false };
    const watch = (deploymentConfiguration: object) =>
      testAccount('ecs', 'UpdateService', { cluster: 'web-shop', service: 'web', deploymentConfiguration });
    await watch({ alarms });
    const known = await system.list();
    await alarm('own-errors');
    await fire('own-errors');
    const [done] = await system.noticed(known);
    expect(done).toMatchObject({ status: 'SUCCEEDED', output: { decision: { do: 'revision' } } });
    expect(await system.runs()).toBe(good);
    await watch({ alarms: { alarmNames: [], enable: false, rollback: false } });
    await system.steady();
  });

  it('during a deployment of somebody else changes nothing', async () => {
    await system.good('during');
    const known = await system.list();
    await alarm('web-during');
    const slow = await system.push('slow', { startSeconds: 300 });
    const taskDefinition = await system.register(slow);
    await testAccount('ecs', 'UpdateService', { cluster: 'web-shop', service: 'web', taskDefinition });
    await pass(1);
    await fire('web-during');
    const [done] = await system.noticed(known);
    expect(done!.output.decision).toEqual(nothing('was not made by Gantry'));
    await system.steady();
    expect(await system.runs()).toBe(taskDefinition);
  });

  it('during a deployment of Gantry is left to its execution', async () => {
    await alarm('web-ours');
    const known = await system.list();
    const slow = await system.push('slow-ours', { startSeconds: 120 });
    const deploy = await system.begin({ target: 'test/web', images: [{ name: 'app', imageUri: slow }] });
    await pass(1);
    await fire('web-ours');
    const [done] = await system.noticed(known);
    expect(done!.output.decision).toEqual(nothing(`An execution of Gantry already handles the deployment: ${deploy}`));
    expect(await system.end(deploy)).toMatchObject({ status: 'FAILED', cause: expect.stringContaining('web-ours') });
    await system.steady();
  });

  it('wakes the release that watches the service, if the service itself names it; other alarms wake none', async () => {
    const configure = (deploymentConfiguration: object) =>
      testAccount('ecs', 'UpdateService', { cluster: 'web-shop', service: 'web', deploymentConfiguration });
    await configure({ alarms: { alarmNames: ['own-during'], enable: true, rollback: false } });
    const imageUri = await system.push('slow-own', { startSeconds: 300 });
    const deploy = await system.begin({ target: 'test/web', images: [{ name: 'app', imageUri }] });
    await pass(1.5);
    const woken: string[] = [];
    system.cloud.faultHooks = {
      call: async ({ operation, as }, proceed) => {
        const answer = await proceed();
        if (operation === 'SendTaskSuccess') woken.push(as.caller.arn.split('/').at(-1) ?? '');
        return answer;
      },
      event: (_, proceed) => proceed(),
      run: (_, proceed) => proceed(),
    };
    for (const name of ['others-during', 'TargetTracking-service/web-shop/web-AlarmLow-1']) {
      await alarm(name);
      await fire(name);
      await pass(0.1);
    }
    expect(woken).toEqual([]);
    await alarm('own-during');
    await fire('own-during');
    await pass(0.1);
    expect(woken).toEqual(['gantry-production-decide-rollback']);
    delete system.cloud.faultHooks;
    expect(await system.end(deploy)).toMatchObject({ status: 'FAILED', cause: expect.stringContaining('own-during') });
    await configure({ alarms: { alarmNames: [], enable: false, rollback: false } });
    await system.steady();
  });

  it('changes nothing more if its event arrives several times', async () => {
    const good = await system.good('twice-1');
    await system.good('twice-2');
    await pass(1);
    const same = event(0);
    const started = await Promise.all([system.start(same), system.start(same), system.start(same)]);
    const ended = [];
    for (const arn of started) ended.push(await system.end(arn));
    expect(ended.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED']);
    const did = ended.map(({ output }) => (output.rollback as { did: string } | undefined)?.did);
    expect(did.filter((one) => one === 'updated')).toHaveLength(1);
    expect(await system.runs()).toBe(good);
  });

  it.each<[name: string, input: () => object, reason: string]>([
    [
      'of an account that is not configured',
      () => event(0, { account: '999999999999' }),
      'speaks for no service of gantry.config.ts',
    ],
    ['of another Region', () => event(0, { region: 'us-east-1' }), 'speaks for no service of gantry.config.ts'],
    ['that was in ALARM before the deployment', () => event(30), 'It was in ALARM before the newest deployment'],
    [
      'that ended',
      () => event(0, { detail: { alarmName: 'late', state: { value: 'OK' } } }),
      'An event of this kind, CloudWatch Alarm State Change, is no reason',
    ],
  ])('%s changes nothing', async (name, input, reason) => {
    const before = await system.good(name.replaceAll(' ', '-'));
    const done = await system.back(input());
    expect(done).toMatchObject({ status: 'SUCCEEDED' });
    expect(done.output.decision).toEqual(nothing(reason));
    expect(done.output.report.message).toBe(`Nothing was done. ${(done.output.decision as { reason: string }).reason}`);
    expect(await system.runs()).toBe(before);
  });

  it('changes nothing long after the last deployment, or if its event is late and the alarm has returned to OK', async () => {
    await system.good('late-1');
    await pass(30);
    expect((await system.back(event(20))).output.decision).toEqual(
      nothing('Its event came late, and it is not in ALARM any more'),
    );
    await pass(60);
    expect((await system.back(event(0))).output.decision).toEqual(
      nothing('had no deployment within the 60 minutes before'),
    );
  });
});
