import { expect, it } from 'vitest';
import { findCrashLoop } from '../../../core/rollout/crash-loop.ts';
import type { RolloutObservation } from '../../../core/rollout/observation.ts';
import type { StoppedTask } from '../../../core/rollout/observed-task.ts';
import { canSkipHistory, hasWarningSigns } from '../../../core/rollout/service-events.ts';
import { countTasksToRead } from '../../../core/rollout/tasks-to-read.ts';
import { judgeRollout } from '../../../core/rollout/verdict.ts';
import { ourDeployment, rolloutObservation, secondsAfterStart, serviceWith, startTime, stoppedTask } from './facts.ts';

/** How long a task takes to start, and how long its replacement takes to begin, in seconds. */
const startSeconds = 15;
const schedulerSeconds = 2;

/** A service in which every task crashes after it has run for some seconds. The first tasks begin one after the other. */
interface LargeService {
  desired: number;
  runSeconds: number;
  staggerSeconds: number;
}

/** The tasks that ended before a time, the oldest first, and the number of tasks that run at that time. */
function crashUntil({ desired, runSeconds, staggerSeconds }: LargeService, seconds: number) {
  const period = startSeconds + runSeconds + schedulerSeconds;
  const begins = Array.from({ length: desired }, (_, place) => (place * staggerSeconds) / desired);
  const created = begins.flatMap((begin) =>
    Array.from({ length: Math.ceil((seconds - begin) / period) }, (_, life) => begin + life * period),
  );
  const ended = created.filter((at) => at + startSeconds + runSeconds <= seconds).sort((a, b) => a - b);
  const running = created.filter((at) => at + startSeconds <= seconds && at + startSeconds + runSeconds > seconds);
  return { running: running.length, tasks: ended.map((at) => toTask(at, runSeconds)) };
}

const toTask = (at: number, runSeconds: number): StoppedTask =>
  stoppedTask({
    createdAt: secondsAfterStart(at),
    startedAt: secondsAfterStart(at + startSeconds),
    stoppingAt: secondsAfterStart(at + startSeconds + runSeconds),
    stoppedAt: secondsAfterStart(at + startSeconds + runSeconds),
  });

/** ListTasks documents no order. */
const orders: Record<string, (tasks: StoppedTask[]) => StoppedTask[]> = {
  'the oldest first': (tasks) => tasks,
  'the newest first': (tasks) => tasks.toReversed(),
  'no order': (tasks) => tasks.toSorted((a, b) => a.arn.slice(-1).localeCompare(b.arn.slice(-1))),
};

/** The observation of a check that reads as many tasks as the check asks for, in full pages of 100. */
function observe(
  given: LargeService,
  seconds: number,
  changes: Partial<RolloutObservation>,
  order = '',
): RolloutObservation {
  const { running, tasks } = crashUntil(given, seconds);
  const { desired } = given;
  const enable = changes.stableAt === undefined;
  const service = serviceWith({
    desired,
    deployments: [ourDeployment({ desired, running, pending: desired - running })],
    circuitBreaker: { enable, rollback: enable },
  });
  const glance = rolloutObservation({ now: secondsAfterStart(seconds), service, ...changes });
  const read = Math.ceil(countTasksToRead(glance) / 100) * 100;
  return { ...glance, stoppedTasks: (orders[order]?.(tasks) ?? tasks).slice(0, read) };
}

const services: [what: string, given: LargeService][] = [
  ['200 tasks that crash after 5 s', { desired: 200, runSeconds: 5, staggerSeconds: 0 }],
  ['200 tasks that crash after 5 s and began over a minute', { desired: 200, runSeconds: 5, staggerSeconds: 60 }],
  ['200 tasks that crash after 60 s and began over a minute', { desired: 200, runSeconds: 60, staggerSeconds: 60 }],
  ['1000 tasks that crash after 5 s and began over a minute', { desired: 1000, runSeconds: 5, staggerSeconds: 60 }],
];
const cases = services.flatMap(([what, given]) => Object.keys(orders).map((order) => ({ what, given, order })));

it.each(cases)('$what are a crash loop after five of their lives, if ECS lists $order', ({ given, order }) => {
  const seconds = given.staggerSeconds + 5 * (startSeconds + given.runSeconds + schedulerSeconds);
  // The result is the same at any moment of a task's life.
  const checks = [0, 12, 60].map((later) => observe(given, seconds + later, {}, order));
  expect(checks.map((check) => findCrashLoop(check) !== undefined)).toEqual([true, true, true]);
  const stableAt = secondsAfterStart(startSeconds);
  const baking = observe(given, seconds, { stableAt, desiredAtStable: given.desired, bakeMinutes: 30 }, order);
  expect(findCrashLoop(baking)).toBeDefined();
});

it('a crash loop of 200 tasks ends the release within six minutes, with one sentence that says why', () => {
  const given = { desired: 200, runSeconds: 20, staggerSeconds: 60 };
  const verdict = judgeRollout(observe(given, 240, {}, 'the oldest first'), new Date(startTime));
  expect(verdict).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('does not stay up') });
});

it.each<[what: string, read: number, desired: number, changes: Partial<RolloutObservation>]>([
  ['1 task', 300, 1, {}],
  ['100 tasks', 300, 100, {}],
  ['200 tasks', 401, 200, {}],
  ['1,000 tasks', 2001, 1000, {}],
  ['1,000 tasks, in the bake time', 4001, 1000, { stableAt: secondsAfterStart(20) }],
  [
    '1,000 tasks, scaled in to 10 in the bake time',
    4001,
    10,
    { stableAt: secondsAfterStart(20), desiredAtStable: 1000 },
  ],
  ['5,000 tasks, the most that ECS allows', 10_001, 5000, {}],
  ['5,000 tasks, in the bake time', 10_001, 5000, { stableAt: secondsAfterStart(20) }],
])('of a service of %s, a check reads %i stopped tasks', (_, read, desired, changes) => {
  const service = serviceWith({ desired, deployments: [ourDeployment({ desired })] });
  expect(countTasksToRead(rolloutObservation({ service, ...changes }))).toBe(read);
});

it.each([
  ['as long as ECS keeps fewer than 100 events of the rollout', 99, false],
  ['once 100 events of the rollout may have pushed out older ones', 100, true],
])('starts of single tasks in a large service make a check read the stopped tasks: %s', (_, count, read) => {
  const event = { at: secondsAfterStart(150), message: '(service web) has started 1 tasks: (task 0123).' };
  const old = { at: secondsAfterStart(-60), message: '(service web) has reached a steady state.' };
  const events = [...Array.from({ length: count }, () => event), ...Array.from({ length: 100 - count }, () => old)];
  const deployments = [ourDeployment({ desired: 200, running: 150, pending: 50 })];
  const observation = rolloutObservation({ service: serviceWith({ desired: 200, deployments, events }) });
  expect(hasWarningSigns(observation)).toBe(read);
  expect(canSkipHistory(observation)).toBe(!read);
});
