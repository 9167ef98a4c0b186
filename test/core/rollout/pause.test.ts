import { expect, it } from 'vitest';
import { suspendDeadline } from '../../../core/rollout/pause.ts';
import { judgeRollout } from '../../../core/rollout/verdict.ts';
import { rolloutObservation, secondsAfterStart, serviceDeployment } from './facts.ts';

const minute = 60;
const hour = 60 * minute;

/**
 * Returns the verdict at this time on a rollout with a time limit of one hour. `paused`: a hook waits now; `pausedAt`: when a check last found a
 * waiting hook.
 */
const outcomeAt = (seconds: number, paused: boolean, pausedAt?: number) =>
  judgeRollout(
    suspendDeadline(
      rolloutObservation({
        now: secondsAfterStart(seconds),
        serviceDeployment: serviceDeployment({ hooksAwaitingAction: paused ? ['approve-traffic'] : [] }),
        ...(pausedAt !== undefined && { pausedAt: secondsAfterStart(pausedAt) }),
      }),
    ),
    secondsAfterStart(0),
  );

it.each<[string, number, boolean, number | undefined, string]>([
  ['before the deadline, without a pause', 59 * minute, false, undefined, 'going on'],
  ['at the deadline, without a pause', hour, false, undefined, 'failed'],
  ['a minute after the deadline, while a hook waits', 61 * minute, true, undefined, 'going on'],
  ['most of a day later, while a hook waits', 23 * hour, true, undefined, 'going on'],
  ["half an hour before CodePipeline's limit, while a hook waits", 23.5 * hour, true, undefined, 'failed'],
  ['just after a pause of three hours', 3 * hour + minute, false, 3 * hour, 'going on'],
  ['a whole time limit after a pause', 4 * hour, false, 3 * hour, 'failed'],
  ['after a pause that ended before the deadline', 90 * minute, false, 40 * minute, 'going on'],
])('%s, the rollout is judged at %d s', (_, seconds, paused, pausedAt, outcome) => {
  expect(outcomeAt(seconds, paused, pausedAt).outcome).toBe(outcome);
});

it('the wait for the next check after the deadline is not shorter than usual', () => {
  const verdict = outcomeAt(2 * hour, true);
  expect(verdict.outcome === 'going on' && verdict.waitSeconds).toBeGreaterThanOrEqual(12);
});

it('the time of the last check that found a waiting hook is kept', () => {
  expect(outcomeAt(2 * hour, true)).toMatchObject({ pausedAt: secondsAfterStart(2 * hour).toISOString() });
});
