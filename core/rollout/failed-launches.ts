import { shortenForeignText } from '../parsing/display-text.ts';
import { isAwsTroubleText } from './aws-trouble.ts';
import { countSuccessfulRetries } from './crash-loop.ts';
import { calculateSameCauseLimit } from './failure-threshold.ts';
import { findOurDeployment, type RolloutObservation } from './observation.ts';
import { countStartedTasks, listEventsSinceRollout } from './service-events.ts';

/** `(service web) failed to launch a task with (error ECS was unable to assume the role …).`: ECS created no task, so none is listed as stopped. */
const launchFailurePattern = /failed to launch a task with \(error ([\s\S]*)\)/;

/** Launches that failed before ECS created a task: their minimum number, and the error of the last launch. */
export interface FailedLaunches {
  count: number;
  error: string;
}

/**
 * Returns the launches that failed since the last successful launch; undefined if no launch failed, or if AWS's own trouble caused the failures. ECS omits
 * repeated events (service-event-messages), so Gantry also uses ECS's count of consecutive failures, `failedTasks`.
 */
export function findFailedLaunches(observation: RolloutObservation): FailedLaunches | undefined {
  const events = listEventsSinceRollout(observation);
  const lastStart = events.findIndex(({ message }) => countStartedTasks(message) > 0);
  const errors = events
    .slice(0, lastStart < 0 ? events.length : lastStart)
    .flatMap(({ message }) => launchFailurePattern.exec(shortenForeignText(message))?.[1] ?? [])
    .filter((error) => !isAwsTroubleText(error));
  const [error] = errors;
  if (error === undefined) return undefined;
  // ECS's count of failed tasks also includes tasks that were launched and then stopped.
  const failed = (findOurDeployment(observation)?.failed ?? 0) - observation.stoppedTasks.length;
  return { count: Math.max(errors.length, failed), error };
}

/** Returns the failed launches if there are too many, compared with the running tasks; otherwise undefined. */
export function findTooManyFailedLaunches(observation: RolloutObservation): FailedLaunches | undefined {
  const launches = findFailedLaunches(observation);
  if (launches === undefined || launches.count < calculateSameCauseLimit(observation)) return undefined;
  return launches.count > countSuccessfulRetries(observation) ? launches : undefined;
}
