import { describe, expect, it } from 'vitest';
import type { Config } from '../../core/config/check.ts';
import example from '../../infra/config.ts';
import { type ReleaseSystem, startReleaseSystem } from './release-system.ts';
import { withAlarms } from './with-alarms.ts';

const minute = 60_000;

/** Starts a system whose configuration names an alarm, and creates the alarm. */
async function alarmedWorld(
  state: 'OK' | 'ALARM' = 'OK',
  kind: 'PutMetricAlarm' | 'PutCompositeAlarm' = 'PutMetricAlarm',
) {
  const environment = await startReleaseSystem(withAlarms('web-5xx'));
  const set = (StateValue: 'OK' | 'ALARM') =>
    environment.testAccount('monitoring', 'SetAlarmState', {
      AlarmName: 'web-5xx',
      StateValue,
      StateReason: 'Threshold Crossed',
    });
  const metric = { MetricName: '5xx', Namespace: 'Web', Statistic: 'Sum', Period: 60, EvaluationPeriods: 1 };
  const rule = { Threshold: 1, ComparisonOperator: 'GreaterThanThreshold' };
  const given = kind === 'PutMetricAlarm' ? { ...metric, ...rule } : { AlarmRule: 'ALARM(web-4xx) OR ALARM(web-slow)' };
  await environment.testAccount('monitoring', kind, { AlarmName: 'web-5xx', ...given });
  await set(state);
  return { ...environment, set };
}

const begin = async (environment: ReleaseSystem, tag: string, behavior: Record<string, unknown>) => {
  const images = [{ name: 'app', imageUri: await environment.push(tag, behavior) }];
  return environment.begin({ target: 'test/web', images, bakeMinutes: 10 });
};

/** Lets time pass until ECS reports a stable revision other than `before`, and then `minutes` more. */
async function baking(environment: ReleaseSystem, before: string, minutes: number): Promise<void> {
  await environment.waitUntil(
    () => environment.service(),
    ({ taskDefinition, deployments }) =>
      taskDefinition !== before && deployments.length === 1 && deployments[0]!.rolloutState === 'COMPLETED',
  );
  const end = environment.clock.now() + minutes * minute;
  await environment.clock.advanceUntil(() => environment.clock.now() >= end);
}

it('reports success only after the bake time of a stable rollout', async () => {
  const environment = await alarmedWorld();
  const done = await environment.end(await begin(environment, 'good', {}));
  expect(done).toMatchObject({ status: 'SUCCEEDED', output: { report: { type: 'Succeeded' } } });
  const { stableAt } = done.output.verdict as { stableAt: string };
  const watched = environment.clock.now() - Date.parse(stableAt);
  expect(watched).toBeGreaterThanOrEqual(10 * minute);
  expect(watched).toBeLessThan(10 * minute + 5_000);
});

it.each(['PutMetricAlarm', 'PutCompositeAlarm'] as const)(
  'rolls back and names the alarm of %s that goes off during the bake time',
  async (kind) => {
    const environment = await alarmedWorld('OK', kind);
    const { taskDefinition: before } = await environment.service();
    const arn = await begin(environment, 'good', {});
    await baking(environment, before, 3);
    await environment.set('ALARM');
    const done = await environment.end(arn);
    expect(done).toMatchObject({ status: 'FAILED', error: 'JobFailed' });
    expect(done.cause).toMatch(/rolled back: alarm web-5xx went to ALARM\. It had been stable since /);
    expect(done.cause).toContain('Alarm web-5xx: Threshold Crossed');
    expect(done.cause).toContain('The service is back on web:1');
    expect((await environment.service()).taskDefinition).toBe(before);
  },
);

it('rolls back if an alarm that only the configuration names goes off before the rollout is stable', async () => {
  const environment = await alarmedWorld();
  const { taskDefinition: before } = await environment.service();
  const arn = await begin(environment, 'slow', { startSeconds: 600 });
  await environment.waitUntil(
    () => environment.service(),
    ({ deployments }) => deployments.length > 1,
  );
  await environment.set('ALARM');
  const began = environment.clock.now();
  const done = await environment.end(arn);
  expect(done.cause).toMatch(/^Deployment ecs-svc\/\d+ of web:2 failed and is rolled back: alarm web-5xx/);
  expect(environment.clock.now() - began).toBeLessThan(3 * minute);
  expect((await environment.service()).taskDefinition).toBe(before);
});

it('ignores an alarm that was in ALARM before the release, and warns about it', async () => {
  const environment = await alarmedWorld('ALARM');
  const done = await environment.end(await begin(environment, 'good', {}));
  expect(done).toMatchObject({
    status: 'SUCCEEDED',
    output: { plan: { alarms: { watched: [], ignored: ['web-5xx'] } } },
  });
  expect(done.output.report.message).toContain("The alarm 'web-5xx' is in ALARM already, so it is ignored.");
});

it('rolls back if tasks stop again and again during the bake time, and shows the end of their log', async () => {
  const environment = await startReleaseSystem();
  const { taskDefinition: before } = await environment.service();
  const log = ['listening on 8080', '\u001b[31mError: the pool is empty\u001b[0m'];
  const done = await environment.end(
    await begin(environment, 'leaky', { then: 'crash', afterSeconds: 60, exitCode: 7, log }),
  );
  expect(done).toMatchObject({ status: 'FAILED', error: 'JobFailed' });
  expect(done.cause).toMatch(/does not stay up: \d+ tasks stopped for the same cause.* It had been stable since /);
  expect(done.cause).toMatch(
    /The log of app in task [0-9a-f]{8} ends with:\n {2}listening on 8080\n {2}Error: the pool is empty$/,
  );
  expect((await environment.service()).taskDefinition).toBe(before);
});

/** The example, with and without its events. A polled release is checked every 12 seconds, and a release that events wake every minute. */
const { targets } = example;
const polling: Config = { ...example, targets: targets.map((target) => ({ ...target, events: 'none' })) };

describe.each([
  ['woken by events', example],
  ['polling', polling],
])('%s', (_, config) => {
  it.each([
    ['crash every 45 seconds', { startSeconds: 20, then: 'crash', afterSeconds: 45 }, 'FAILED'],
    ['crash every 100 seconds', { startSeconds: 20, then: 'crash', afterSeconds: 100 }, 'FAILED'],
    ['crash every 140 seconds', { startSeconds: 40, then: 'crash', afterSeconds: 140 }, 'FAILED'],
    ['crash once each', { startSeconds: 20, firstTasks: 2, afterSeconds: 45 }, 'SUCCEEDED'],
  ])('a release without a circuit breaker, whose tasks %s: %j has %s', async (_, behavior, status) => {
    const environment = await startReleaseSystem(config);
    const deploymentConfiguration = { deploymentCircuitBreaker: { enable: false, rollback: false } };
    await environment.testAccount('ecs', 'UpdateService', {
      cluster: 'web-shop',
      service: 'web',
      deploymentConfiguration,
    });
    const images = [{ name: 'app', imageUri: await environment.push('often', behavior) }];
    const done = await environment.end(await environment.begin({ target: 'test/web', images, bakeMinutes: 5 }));
    expect([done.status, done.cause]).toEqual([
      status,
      status === 'FAILED' ? expect.stringMatching(/does not stay up.* It had been stable since /) : undefined,
    ]);
  });
});

it('changes nothing if another deployment supersedes the release during the bake time', async () => {
  const environment = await startReleaseSystem();
  const { taskDefinition: before } = await environment.service();
  const arn = await begin(environment, 'good', {});
  await baking(environment, before, 2);
  await environment.testAccount('ecs', 'UpdateService', {
    cluster: 'web-shop',
    service: 'web',
    taskDefinition: 'web:1',
  });
  const done = await environment.end(arn);
  expect(done).toMatchObject({ status: 'FAILED', error: 'RevisionOutOfSync' });
  expect(done.cause).toMatch(/superseded by deployment ecs-svc\/\d+ of web:1.*in its bake time of 10 minutes/);
  expect(done.states).not.toContain('Roll Back');
  expect((await environment.service()).taskDefinition).toBe(before);
});

it('reports success only when all tasks run, even if some stopped at the end of the bake time', async () => {
  const environment = await startReleaseSystem();
  const done = await environment.end(
    await begin(environment, 'late', { firstTasks: 2, afterSeconds: 585, startSeconds: 40 }),
  );
  const { runningCount, desiredCount } = await environment.service();
  expect(done.status).toBe('SUCCEEDED');
  expect(runningCount).toBe(desiredCount);
});
