import { toFailure } from '../errors/aws-failure.ts';
import { Failure } from '../errors/failure.ts';
import type { Release } from '../model/release.ts';
import { formatTime } from '../parsing/time-text.ts';

type WithDeadline = Pick<Release, 'deadline'>;

const createDeadlineFailure = ({ deadline }: WithDeadline, what: string, why = ''): Failure =>
  new Failure(
    'JobFailed',
    `AWS did not let this release come to ${what} before its deadline, ${formatTime(deadline)}.${why}`,
  );

/**
 * Throws JobFailed if the release's deadline has passed. If ECS throttles a state, Step Functions retries the state for half an hour, because ECS accepts
 * only one new revision a second and a thousand simultaneous releases must queue. This check ends the retries of a release whose deadline has passed.
 */
export function assertBeforeDeadline(release: WithDeadline, now: Date, what: string): void {
  if (now.getTime() >= Date.parse(release.deadline)) throw createDeadlineFailure(release, what);
}

/**
 * If less time than this is left before the deadline, a failed try is the last one. In ms. The next try can begin 60 s later (MaxDelaySeconds), and
 * a job must get its result at most a minute after its deadline.
 */
const minRetryMs = 10_000;

/**
 * Returns an error handler for calls that Step Functions retries while AWS is not available. Near the deadline, the handler throws JobFailed
 * instead, which is not retried.
 */
export const rethrowAsDeadlineFailure =
  (release: WithDeadline, now: Date, what: string) =>
  (error: unknown): never => {
    const failure = toFailure(error, `it was to ${what}`);
    if (failure.name !== 'SystemUnavailable' || now.getTime() + minRetryMs < Date.parse(release.deadline))
      throw failure;
    throw createDeadlineFailure(release, what, ` ${failure.message}`);
  };
