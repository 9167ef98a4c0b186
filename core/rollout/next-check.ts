import type { Rollout, Verdict } from '../model/state-data.ts';
import type { WaitPlan } from '../model/wait-plan.ts';
import { isPausedWait, planPausedWait } from '../waiting/paused-wait.ts';
import { maxSleepSeconds, planWait, type WakeSubscription } from '../waiting/subscription.ts';
import { doesEcsRollBackEveryFailure } from './ecs-verdict.ts';
import { findFailedLaunches } from './failed-launches.ts';
import type { ObservedService, RolloutObservation } from './observation.ts';
import { isPaused } from './pause.ts';
import { isFailureOfRelease } from './stopped-task.ts';
import { toServiceStatus } from './task-counts.ts';

/**
 * The time after which a task that fails at once has failed twice, in seconds (a network interface and an image take about 10 s each). A rollout
 * on Fargate hardly ever completes earlier.
 */
const firstLookForFailuresSeconds = 30;

const showsFailures = (observation: RolloutObservation): boolean =>
  observation.stoppedTasks.some(isFailureOfRelease) || findFailedLaunches(observation) !== undefined;

/**
 * How long an execution sleeps without an event. With ECS's circuit breaker, ECS itself reports when a rollout has failed, and events about single
 * tasks add nothing. Without one, Gantry's own checks find tasks that fail again and again: one early check, and then checks at the same intervals
 * as polling.
 */
function sleepSecondsFor(observation: RolloutObservation, since: Date): number {
  if (observation.service.circuitBreaker.enable || observation.stableAt !== undefined) return maxSleepSeconds;
  if (showsFailures(observation)) return 0;
  const elapsedSeconds = (observation.now.getTime() - since.getTime()) / 1000;
  return elapsedSeconds < firstLookForFailuresSeconds ? firstLookForFailuresSeconds : maxSleepSeconds;
}

/**
 * Plans the first check of a rollout that has just begun, if events can wake the execution: a check at once would find nothing new. Without a circuit
 * breaker, the first check comes so early that no event before it is expected, so the execution does not subscribe. Undefined if Gantry polls.
 */
export function planFirstRolloutCheck(
  service: ObservedService,
  {
    now,
    rollout,
    subscription,
    deadline,
  }: { now: Date; rollout: Rollout; subscription: WakeSubscription | undefined; deadline: Date },
): Verdict | undefined {
  const { enable } = service.circuitBreaker;
  const sleepSeconds = enable ? maxSleepSeconds : firstLookForFailuresSeconds;
  const scope = { since: new Date(rollout.startedAt), end: deadline, sleepSeconds, afterChange: true };
  const sleep = planWait(now, scope, subscription);
  if (sleep.subscription === undefined) return undefined;
  const plan = enable ? sleep : { waitSeconds: sleepSeconds };
  return {
    outcome: 'going on',
    ...plan,
    serviceStatus: toServiceStatus(service),
    ecsRollsBack: doesEcsRollBackEveryFailure(service),
  };
}

/** Plans when to check an unfinished rollout again. `since`: when our deployment began; `end`: the latest time until which it is watched. */
export function planNextCheck(observation: RolloutObservation, { since, end }: { since: Date; end: Date }): WaitPlan {
  const { now, subscription, executionStart: started = since } = observation;
  if (isPausedWait(isPaused(observation), { now, started })) return planPausedWait({ now, started, end }, subscription);
  return planWait(now, { since, end, sleepSeconds: sleepSecondsFor(observation, since) }, subscription);
}
