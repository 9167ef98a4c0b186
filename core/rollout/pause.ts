import type { RolloutObservation } from './observation.ts';
import { listWaitingHooks } from './track-stages.ts';

const hourMs = 3600_000;

/**
 * The longest time from the start of the execution to the result of a job whose release waits for a person, in ms. CodePipeline ends a custom action after
 * 24 h (CodePipeline quotas), so Gantry reports half an hour before that.
 */
export const longestJobWaitMs = 23.5 * hourMs;

/**
 * How long an execution watches a deployment, in ms: a pause hook waits for 14 days at most (pause-lifecycle-hooks in the ECS guide), and a day remains
 * for the rest. test/history-limit.test.ts computes that this fits into Step Functions' history.
 */
export const longestWatchMs = 15 * 24 * hourMs;

/** The longest watch of an execution that a person started, in ms: its entry machine ends after 27 h, and a rollback can take two hours. */
export const longestManualWatchMs = 24.5 * hourMs;

/** Whether a lifecycle hook of our deployment waits for a person to continue it. */
export const isRolloutPaused = ({ serviceDeployment }: RolloutObservation): boolean =>
  serviceDeployment !== undefined && listWaitingHooks(serviceDeployment).some(({ waitsFor }) => waitsFor === 'person');

const startOf = ({ executionStart, rollout }: RolloutObservation): number =>
  executionStart?.getTime() ?? Date.parse(rollout.startedAt);

/** Returns when the watch of a rollout that waits for a person must end: when the job can wait no longer, or when the execution ends. */
function calculateWatchLimit(observation: RolloutObservation): number {
  const { job } = observation;
  const start = startOf(observation);
  if (job === undefined) return start + longestManualWatchMs;
  return start + (job === 'waits' ? longestJobWaitMs : longestWatchMs);
}

/** Whether the rollout waited for a person until now: this check or the check before found it waiting. */
const wasPaused = (observation: RolloutObservation): boolean =>
  isRolloutPaused(observation) || (observation.progress?.waiting ?? []).some(({ waitsFor }) => waitsFor === 'person');

/**
 * Suspends the deadline while a lifecycle hook waits for a person: a waiting rollout is not late. After the pause, the rollout has its whole time limit
 * again, from the first check that no longer found it waiting. The length of the limit is computed from the start of the execution, because a deployment can
 * begin after the deadline: a newer deployment that is followed, or ours if ECS answered late. Uses the progress of the check before. The suspension ends
 * when the job or the execution cannot wait any longer.
 */
export function suspendDeadline(observation: RolloutObservation): RolloutObservation {
  const pausedAt = wasPaused(observation) ? observation.now : observation.pausedAt;
  if (pausedAt === undefined) return observation;
  const configured = observation.deadline.getTime();
  const timeLimitMs = configured - startOf(observation);
  const suspended = Math.min(pausedAt.getTime() + timeLimitMs, calculateWatchLimit(observation));
  return { ...observation, pausedAt, deadline: new Date(Math.max(configured, suspended)) };
}

/** Returns when the watch of an unfinished rollout ends. `told`: whether its job gets a result now although the rollout is not finished. */
export function calculateWatchEnd(observation: RolloutObservation, told: boolean): Date {
  if (told) return new Date(calculateWatchLimit({ ...observation, job: 'has a result' }));
  return isRolloutPaused(observation) ? new Date(calculateWatchLimit(observation)) : observation.deadline;
}
