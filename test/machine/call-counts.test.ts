import { beforeAll, describe, expect, it } from 'vitest';
import { countCalls, countOperations } from '../../bench/call-counter.ts';
import type { Config } from '../../core/config/check.ts';
import type { ImageBehavior } from './release-system.ts';
import { startRollbackSystem } from './rollback-system.ts';
import { withAlarms } from './with-alarms.ts';

/*
 * The number of calls of a failing release, in an account that forwards its events and in an account that has to be polled. A task needs 20 s to start, as on
 * Fargate. An alarm goes off two minutes after the start, because most metrics have a period of a minute and CloudWatch needs time to evaluate them.
 */
const startSeconds = 20;
const woken = withAlarms('configured');
const polling: Config = { ...woken, targets: woken.targets.map((target) => ({ ...target, events: 'none' })) };

interface FailingRelease {
  behavior: ImageBehavior;
  /** The service's deployment configuration. */
  service?: Record<string, unknown>;
  /** An alarm that goes off during the rollout. */
  alarm?: 'own' | 'configured';
  /** Further input of the release. */
  input?: Record<string, unknown>;
  /** The service's execution role is deleted, so that ECS never creates a task. */
  roleDeleted?: boolean;
}

const breaker = (enable: boolean, rollback: boolean) => ({ deploymentCircuitBreaker: { enable, rollback } });
const noBreaker = breaker(false, false);
const ownAlarm = (rollback: boolean) => ({
  ...noBreaker,
  alarms: { alarmNames: ['own'], enable: true, rollback },
});
const noAlarms = { alarmNames: [], enable: false, rollback: false };
const crash = { startSeconds, then: 'crash' };
const slow = { startSeconds: 300 };

const failingReleases: Record<string, FailingRelease> = {
  'a crash loop without a circuit breaker': { behavior: crash, service: noBreaker },
  'a crash loop, and a circuit breaker that does not roll back': { behavior: crash, service: breaker(true, false) },
  'a crash loop, and a circuit breaker that rolls back': { behavior: crash, service: breaker(true, true) },
  'a crash loop that is not to be rolled back': {
    behavior: crash,
    service: breaker(true, false),
    input: { rollBackOnFailure: false },
  },
  'containers that cannot start, without a circuit breaker': {
    behavior: { startSeconds, then: 'cannot-start' },
    service: noBreaker,
  },
  'containers that cannot start, and a circuit breaker that rolls back': {
    behavior: { startSeconds, then: 'cannot-start' },
    service: breaker(true, true),
  },
  'launches that never make a task': { behavior: {}, service: noBreaker, roleDeleted: true },
  "an alarm of the service's own, after which ECS rolls back": {
    behavior: slow,
    service: ownAlarm(true),
    alarm: 'own',
  },
  "an alarm of the service's own, after which ECS does not roll back": {
    behavior: slow,
    service: ownAlarm(false),
    alarm: 'own',
  },
  'a configured alarm': { behavior: slow, service: breaker(true, true), alarm: 'configured' },
  'a release that is late': {
    behavior: { startSeconds: 3600 },
    service: breaker(true, true),
    input: { timeoutMinutes: 5 },
  },
};

type Started = Awaited<ReturnType<typeof start>>;

async function start(config: Config) {
  const system = await startRollbackSystem(config);
  const tally = countCalls(system, ['web'], () => false);
  const pass = async (seconds: number): Promise<void> => {
    const until = system.clock.now() + seconds * 1000;
    system.clock.after(seconds * 1000, () => undefined);
    await system.clock.advanceUntil(() => system.clock.now() >= until);
  };
  return { ...system, pass, calls: () => [...tally('web')!.calls] };
}

const setAlarm = ({ testAccount }: Started, AlarmName: string, StateValue: string) =>
  testAccount('monitoring', 'SetAlarmState', { AlarmName, StateValue, StateReason: 'Crossed.' });

const configure = ({ testAccount }: Started, deploymentConfiguration: object) =>
  testAccount('ecs', 'UpdateService', { cluster: 'web-shop', service: 'web', deploymentConfiguration });

/** Returns the calls of a good release and of all its consequences, from its start until five minutes after its end. */
async function countCallsOf(system: Started, act: () => Promise<string>) {
  await system.pass(300);
  const before = system.calls().length;
  const ended = await system.end(await act());
  await system.pass(300);
  return { ended, calls: system.calls().slice(before) };
}

async function fail(system: Started, index: number, release: FailingRelease) {
  const { behavior, service = {}, alarm, input, roleDeleted } = release;
  await configure(system, { alarms: noAlarms, ...breaker(true, false) });
  await system.release(await system.push(`good-${index}`, { startSeconds }));
  await configure(system, { alarms: noAlarms, ...service });
  const imageUri = await system.push(`bad-${index}`, behavior);
  const role = 'arn:aws:iam::222222222222:role/web-execution';
  const kept = system.cloud.iam.roles.get(role)!;
  const counted = await countCallsOf(system, async () => {
    if (roleDeleted) system.cloud.iam.roles.delete(role);
    const arn = await system.begin({ target: 'test/web', images: [{ name: 'app', imageUri }], ...input });
    if (alarm === undefined) return arn;
    await system.pass(120);
    await setAlarm(system, alarm, 'ALARM');
    return arn;
  });
  system.cloud.iam.roles.set(role, kept);
  if (alarm !== undefined) await setAlarm(system, alarm, 'OK');
  return counted;
}

describe('woken by events, a failing release makes no more calls than one that polls', () => {
  let systems: [Started, Started];
  beforeAll(async () => {
    systems = [await start(woken), await start(polling)];
    const when = { EvaluationPeriods: 1, Threshold: 90, ComparisonOperator: 'GreaterThanThreshold' };
    for (const { testAccount } of systems)
      for (const AlarmName of ['own', 'configured'])
        await testAccount('monitoring', 'PutMetricAlarm', { AlarmName, ...when });
  });

  it.each(Object.entries(failingReleases).map(([name, release], index) => [name, index, release] as const))(
    '%s',
    async (_, index, release) => {
      const [events, polls] = [await fail(systems[0], index, release), await fail(systems[1], index, release)];
      expect([events.ended.status, polls.ended.status]).toEqual(['FAILED', 'FAILED']);
      const told = JSON.stringify([countOperations(events), countOperations(polls)], undefined, 1);
      expect(events.calls.length, told).toBeLessThanOrEqual(polls.calls.length);
    },
  );
});
