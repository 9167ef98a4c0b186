import { expect, it } from 'vitest';
import { type ReleaseSystem, startReleaseSystem } from './release-system.ts';
import { withAlarms } from './with-alarms.ts';

const minute = 60_000;

/** Starts a system whose configuration names an alarm, and creates the alarm. */
async function alarmedWorld(
  state: 'OK' | 'ALARM' = 'OK',
  kind: 'PutMetricAlarm' | 'PutCompositeAlarm' = 'PutMetricAlarm',
) {
  const world = await startReleaseSystem(withAlarms('web-5xx'));
  const set = (StateValue: 'OK' | 'ALARM') =>
    world.there('monitoring', 'SetAlarmState', { AlarmName: 'web-5xx', StateValue, StateReason: 'Threshold Crossed' });
  const metric = { MetricName: '5xx', Namespace: 'Web', Statistic: 'Sum', Period: 60, EvaluationPeriods: 1 };
  const rule = { Threshold: 1, ComparisonOperator: 'GreaterThanThreshold' };
  const given = kind === 'PutMetricAlarm' ? { ...metric, ...rule } : { AlarmRule: 'ALARM(web-4xx) OR ALARM(web-slow)' };
  await world.there('monitoring', kind, { AlarmName: 'web-5xx', ...given });
  await set(state);
  return { ...world, set };
}

const begin = async (world: ReleaseSystem, tag: string, behavior: Record<string, unknown>) => {
  const images = [{ name: 'app', imageUri: await world.push(tag, behavior) }];
  return world.begin({ target: 'test/web', images, bakeMinutes: 10 });
};

/** Lets time pass until ECS reports a stable revision other than `before`, and then `minutes` more. */
async function baking(world: ReleaseSystem, before: string, minutes: number): Promise<void> {
  await world.waitUntil(
    () => world.service(),
    ({ taskDefinition, deployments }) =>
      taskDefinition !== before && deployments.length === 1 && deployments[0]!.rolloutState === 'COMPLETED',
  );
  const end = world.clock.now() + minutes * minute;
  await world.clock.advanceUntil(() => world.clock.now() >= end);
}

it('reports success only after the bake time of a stable rollout', async () => {
  const world = await alarmedWorld();
  const done = await world.end(await begin(world, 'good', {}));
  expect(done).toMatchObject({ status: 'SUCCEEDED', output: { report: { type: 'Succeeded' } } });
  const { stableAt } = done.output.verdict as { stableAt: string };
  const watched = world.clock.now() - Date.parse(stableAt);
  expect(watched).toBeGreaterThanOrEqual(10 * minute);
  expect(watched).toBeLessThan(10 * minute + 5_000);
});

it.each(['PutMetricAlarm', 'PutCompositeAlarm'] as const)(
  'rolls back and names the alarm of %s that goes off during the bake time',
  async (kind) => {
    const world = await alarmedWorld('OK', kind);
    const { taskDefinition: before } = await world.service();
    const arn = await begin(world, 'good', {});
    await baking(world, before, 3);
    await world.set('ALARM');
    const done = await world.end(arn);
    expect(done).toMatchObject({ status: 'FAILED', error: 'JobFailed' });
    expect(done.cause).toMatch(/rolled back: alarm web-5xx went to ALARM\. It had been stable since /);
    expect(done.cause).toContain('Alarm web-5xx: Threshold Crossed');
    expect(done.cause).toContain('The service is back on web:1');
    expect((await world.service()).taskDefinition).toBe(before);
  },
);

it('rolls back if an alarm that only the configuration names goes off before the rollout is stable', async () => {
  const world = await alarmedWorld();
  const { taskDefinition: before } = await world.service();
  const arn = await begin(world, 'slow', { startSeconds: 600 });
  await world.waitUntil(
    () => world.service(),
    ({ deployments }) => deployments.length > 1,
  );
  await world.set('ALARM');
  const began = world.clock.now();
  const done = await world.end(arn);
  expect(done.cause).toMatch(/^Deployment ecs-svc\/\d+ of web:2 failed and is rolled back: alarm web-5xx/);
  expect(world.clock.now() - began).toBeLessThan(3 * minute);
  expect((await world.service()).taskDefinition).toBe(before);
});

it('ignores an alarm that was in ALARM before the release, and warns about it', async () => {
  const world = await alarmedWorld('ALARM');
  const done = await world.end(await begin(world, 'good', {}));
  expect(done).toMatchObject({
    status: 'SUCCEEDED',
    output: { plan: { alarms: { watched: [], ignored: ['web-5xx'] } } },
  });
  expect(done.output.report.message).toContain("The alarm 'web-5xx' is in ALARM already, so it is ignored.");
});

it('rolls back if tasks stop again and again during the bake time, and shows the end of their log', async () => {
  const world = await startReleaseSystem();
  const { taskDefinition: before } = await world.service();
  const log = ['listening on 8080', '\u001b[31mError: the pool is empty\u001b[0m'];
  const done = await world.end(await begin(world, 'leaky', { then: 'crash', afterSeconds: 60, exitCode: 7, log }));
  expect(done).toMatchObject({ status: 'FAILED', error: 'JobFailed' });
  expect(done.cause).toMatch(/does not stay up: \d+ tasks stopped for the same cause.* It had been stable since /);
  expect(done.cause).toMatch(
    /The log of app in task [0-9a-f]{8} ends with:\n {2}listening on 8080\n {2}Error: the pool is empty\n/,
  );
  expect((await world.service()).taskDefinition).toBe(before);
});

it('changes nothing if another deployment supersedes the release during the bake time', async () => {
  const world = await startReleaseSystem();
  const { taskDefinition: before } = await world.service();
  const arn = await begin(world, 'good', {});
  await baking(world, before, 2);
  await world.there('ecs', 'UpdateService', { cluster: 'web-shop', service: 'web', taskDefinition: 'web:1' });
  const done = await world.end(arn);
  expect(done).toMatchObject({ status: 'FAILED', error: 'RevisionOutOfSync' });
  expect(done.cause).toMatch(/superseded by deployment ecs-svc\/\d+ of web:1.*in its bake time of 10 minutes/);
  expect(done.states).not.toContain('Roll Back');
  expect((await world.service()).taskDefinition).toBe(before);
});

it('reports success only when all tasks run, even if some stopped at the end of the bake time', async () => {
  const world = await startReleaseSystem();
  const done = await world.end(await begin(world, 'late', { then: 'crash', afterSeconds: 585, startSeconds: 40 }));
  const { runningCount, desiredCount } = await world.service();
  expect(done.status).toBe('SUCCEEDED');
  expect(runningCount).toBe(desiredCount);
});
