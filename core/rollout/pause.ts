import type { RolloutObservation } from './observation.ts';
import { listWaitingHooks } from './track-stages.ts';

const hourMs = 3600_000;

/**
 * How long after the start of the execution a job waits for the result of a release that a person holds up, in ms. CodePipeline ends a custom action
 * after 24 h (CodePipeline quotas), so Gantry reports half an hour before that.
 */
export const longestJobWaitMs = 23.5 * hourMs;

/**
 * How long an execution watches a deployment, in ms: a pause hook waits for 14 days at most (pause-lifecycle-hooks in the ECS guide), and a day remains
 * for the rest. test/history-limit.test.ts computes that this fits into Step Functions' history.
 */
export const longestWatchMs = 15 * 24 * hourMs;

/** How long an execution that a person started watches, in ms: its entry machine ends after 27 h, and a rollback can take two hours. */
export const longestManualWatchMs = 24.5 * hourMs;

/** Whether a lifecycle hook of our deployment waits for a person to continue it. */
export const isPaused = ({ serviceDeployment }: RolloutObservation): boolean =>
  serviceDeployment !== undefined && listWaitingHooks(serviceDeployment).some(({ waitsFor }) => waitsFor === 'person');

const startOf = ({ executionStart, rollout }: RolloutObservation): number =>
  executionStart?.getTime() ?? Date.parse(rollout.startedAt);

/** Returns until when a rollout can be watched at most, if it waits for a person: as long as the job can wait, or as long as the execution lasts. */
function calculateWatchLimit(observation: RolloutObservation): number {
  const { job } = observation;
  const start = startOf(observation);
  if (job === undefined) return start + longestManualWatchMs;
  return start + (job === 'waits' ? longestJobWaitMs : longestWatchMs);
}

/** Whether a person held up the rollout until now: a check found it waiting now, or the check before did. */
const wasPaused = (observation: RolloutObservation): boolean =>
  isPaused(observation) || (observation.progress?.waiting ?? []).some(({ waitsFor }) => waitsFor === 'person');

/**
 * Suspends the deadline while a lifecycle hook waits for a person: a rollout that waits is not late. After the pause, the rollout has its whole
 * time limit again, counted from the first check that no longer found it waiting. The limit counts from the start of the execution, because a deployment
 * can begin after the deadline: a newer one that is followed, or ours if ECS answered late. Takes the progress of the check before. The suspension ends when the job, or the execution, cannot wait any longer.
 */
export function suspendDeadline(observation: RolloutObservation): RolloutObservation {
  const pausedAt = wasPaused(observation) ? observation.now : observation.pausedAt;
  if (pausedAt === undefined) return observation;
  const configured = observation.deadline.getTime();
  const timeLimitMs = configured - startOf(observation);
  const suspended = Math.min(pausedAt.getTime() + timeLimitMs, calculateWatchLimit(observation));
  return { ...observation, pausedAt, deadline: new Date(Math.max(configured, suspended)) };
}

/** Returns until when an unfinished rollout is watched. `told`: whether its job gets a result now, although it is not finished. */
export function calculateWatchEnd(observation: RolloutObservation, told: boolean): Date {
  if (told) return new Date(calculateWatchLimit({ ...observation, job: 'has a result' }));
  return isPaused(observation) ? new Date(calculateWatchLimit(observation)) : observation.deadline;
}
