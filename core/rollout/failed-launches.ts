import { boundForeignText } from '../parsing/display-text.ts';
import { isAwsTroubleText } from './aws-trouble.ts';
import { countProgress, failureLimit } from './crash-loop.ts';
import { findOurDeployment, type RolloutObservation } from './observation.ts';
import { countStartedTasks, eventsSinceRollout } from './service-events.ts';

/** `(service web) failed to launch a task with (error ECS was unable to assume the role …).`: ECS made no task, so none is listed as stopped. */
const launchFailurePattern = /failed to launch a task with \(error ([\s\S]*)\)/;

/** Launches that failed before there was a task: how many at least, and the error of the last one. */
export interface FailedLaunches {
  count: number;
  error: string;
}

/**
 * The launches that failed since the last one that succeeded; undefined where none did, or by AWS's own trouble. ECS omits an event that repeats
 * (service-event-messages), so its own count `failedTasks` of consecutive failures counts too.
 */
export function findFailedLaunches(observation: RolloutObservation): FailedLaunches | undefined {
  const events = eventsSinceRollout(observation);
  const lastStart = events.findIndex(({ message }) => countStartedTasks(message) > 0);
  const errors = events
    .slice(0, lastStart < 0 ? events.length : lastStart)
    .flatMap(({ message }) => launchFailurePattern.exec(boundForeignText(message))?.[1] ?? [])
    .filter((error) => !isAwsTroubleText(error));
  const [error] = errors;
  if (error === undefined) return undefined;
  return { count: Math.max(errors.length, findOurDeployment(observation)?.failed ?? 0), error };
}

/** The same where they are too many to go on, weighed against the tasks that run. */
export function findTooManyFailedLaunches(observation: RolloutObservation): FailedLaunches | undefined {
  const launches = findFailedLaunches(observation);
  if (launches === undefined || launches.count < failureLimit(observation)) return undefined;
  return launches.count > countProgress(observation) ? launches : undefined;
}
