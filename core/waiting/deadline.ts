import { failureOf } from '../errors/aws-failure.ts';
import { Failure } from '../errors/failure.ts';
import type { Release } from '../model/release.ts';

type Timed = Pick<Release, 'deadline'>;

const tooLate = ({ deadline }: Timed, what: string, why = ''): Failure =>
  new Failure('JobFailed', `AWS did not let this release come to ${what} before its deadline, ${deadline}.${why}`);

/**
 * Throws JobFailed once a release's time is over. A state that ECS throttles is tried again for half an hour, since a thousand releases at once have
 * to queue for its one new revision a second; this is what ends that queue for a release that has no more time.
 */
export function inTime(release: Timed, now: Date, what: string): void {
  if (now.getTime() >= Date.parse(release.deadline)) throw tooLate(release, what);
}

/** The next try may be 60 s away (MaxDelaySeconds), and a job has its result a minute after its deadline: a try that fails with less left is the last one. */
const lastTryMs = 10_000;

/** For the end of what is tried again when AWS is not available: near the deadline that fails as the deadline does, which nobody tries again. */
export const lastTry =
  (release: Timed, now: Date, what: string) =>
  (error: unknown): never => {
    const failure = failureOf(error, `it was to ${what}`);
    if (failure.name !== 'SystemUnavailable' || now.getTime() + lastTryMs < Date.parse(release.deadline)) throw failure;
    throw tooLate(release, what, ` ${failure.message}`);
  };
