import type { Rollout, Verdict } from '../model/state-data.ts';
import type { WaitPlan } from '../model/wait-plan.ts';
import { needsPausedWait, planPausedWait } from '../waiting/paused-wait.ts';
import { maxSleepSeconds, planWait, type WakeSubscription } from '../waiting/subscription.ts';
import { doesEcsRollBackEveryFailure } from './ecs-verdict.ts';
import { findFailedLaunches } from './failed-launches.ts';
import type { ObservedService, RolloutObservation } from './observation.ts';
import { isRolloutPaused } from './pause.ts';
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
 * How long an execution sleeps without an event. If the circuit breaker is enabled, ECS itself reports a failed rollout, and events about single tasks add
 * nothing. Without a circuit breaker, Gantry's own checks must find tasks that fail repeatedly: one early check, followed by checks at the intervals of
 * polling.
 */
function sleepSecondsFor(observation: RolloutObservation, since: Date): number {
  if (observation.service.circuitBreaker.enable || observation.stableAt !== undefined) return maxSleepSeconds;
  if (showsFailures(observation)) return 0;
  const elapsedSeconds = (observation.now.getTime() - since.getTime()) / 1000;
  return elapsedSeconds < firstLookForFailuresSeconds ? firstLookForFailuresSeconds : maxSleepSeconds;
}

/**
 * Plans the first check of a rollout that has just begun, if events can wake the execution: an immediate check would find nothing new. Without a circuit
 * breaker, the first check is so early that no event is expected before it, so the execution does not subscribe. Undefined if Gantry polls.
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

/** Plans when to check an unfinished rollout again. `since`: when our deployment began; `end`: when the watch ends at the latest. */
export function planNextCheck(observation: RolloutObservation, { since, end }: { since: Date; end: Date }): WaitPlan {
  const { now, subscription, executionStart: started = since } = observation;
  if (needsPausedWait(isRolloutPaused(observation), { now, started }))
    return planPausedWait({ now, started, end }, subscription);
  return planWait(now, { since, end, sleepSeconds: sleepSecondsFor(observation, since) }, subscription);
}
