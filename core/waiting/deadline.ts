import { toFailure } from '../errors/aws-failure.ts';
import { Failure } from '../errors/failure.ts';
import type { Release } from '../model/release.ts';

type WithDeadline = Pick<Release, 'deadline'>;

const createDeadlineFailure = ({ deadline }: WithDeadline, what: string, why = ''): Failure =>
  new Failure('JobFailed', `AWS did not let this release come to ${what} before its deadline, ${deadline}.${why}`);

/**
 * Throws JobFailed once a release's time is over. A state that ECS throttles is tried again for half an hour, since a thousand releases at once have
 * to queue for its one new revision a second; this is what ends that queue for a release that has no more time.
 */
export function assertBeforeDeadline(release: WithDeadline, now: Date, what: string): void {
  if (now.getTime() >= Date.parse(release.deadline)) throw createDeadlineFailure(release, what);
}

/** The next try may be 60 s away (MaxDelaySeconds), and a job has its result a minute after its deadline: a try that fails with less left is the last one. */
const minRetryMs = 10_000;

/** For the end of what is tried again when AWS is not available: near the deadline that fails as the deadline does, which nobody tries again. */
export const rethrowAsDeadlineFailure =
  (release: WithDeadline, now: Date, what: string) =>
  (error: unknown): never => {
    const failure = toFailure(error, `it was to ${what}`);
    if (failure.name !== 'SystemUnavailable' || now.getTime() + minRetryMs < Date.parse(release.deadline))
      throw failure;
    throw createDeadlineFailure(release, what, ` ${failure.message}`);
  };
