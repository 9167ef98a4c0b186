import type { Release } from './deployment.ts';
import { Failure } from './failure.ts';

/**
 * Throws JobFailed once a release's time is over. A state that ECS throttles is tried again for half an hour, since a thousand releases at once have
 * to queue for its one new revision a second; this is what ends that queue for a release that has no more time.
 */
export function inTime({ deadline }: Pick<Release, 'deadline'>, now: Date, what: string): void {
  if (now.getTime() < Date.parse(deadline)) return;
  throw new Failure('JobFailed', `AWS did not let this release come to ${what} before its deadline, ${deadline}.`);
}
