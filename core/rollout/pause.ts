import type { RolloutObservation } from './observation.ts';

/**
 * The longest wait for a person, in ms. CodePipeline ends a custom action after 24 h (CodePipeline quotas), so Gantry reports a waiting release
 * half an hour before that.
 */
const longestPauseMs = 23.5 * 3600_000;

/** Whether a lifecycle hook of our deployment waits for a person to continue it. */
export const isPaused = ({ serviceDeployment }: RolloutObservation): boolean =>
  (serviceDeployment?.hooksAwaitingAction ?? []).length > 0;

/**
 * Suspends the deadline while a lifecycle hook waits for a person: a rollout that waits is not late. After the pause, the rollout has its whole
 * time limit again, counted from the last check that found it waiting. The longest pause ends half an hour before CodePipeline ends the action.
 */
export function suspendDeadline(observation: RolloutObservation): RolloutObservation {
  const pausedAt = isPaused(observation) ? observation.now : observation.pausedAt;
  if (pausedAt === undefined) return observation;
  const started = Date.parse(observation.rollout.startedAt);
  const configured = observation.deadline.getTime();
  const suspended = Math.min(pausedAt.getTime() + configured - started, started + longestPauseMs);
  return { ...observation, pausedAt, deadline: new Date(Math.max(configured, suspended)) };
}
