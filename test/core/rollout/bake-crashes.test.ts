import { describe, expect, it } from 'vitest';
import { type CrashingService, watchCrashingService } from './crashing-service.ts';

/** A task needs 20 s to start, so ECS completes the deployment after 20 s, and the bake time begins then. */
const seconds = [20, 30, 45, 58, 75, 110, 145, 170, 235];
const bakes = [1, 2, 3, 5, 10];

const modes = [true, false];
const withoutHistory = [{}, { history: false }, { rolloutState: false }, { history: false, rolloutState: false }];
const services = [1, 2, 4].flatMap((desired) =>
  modes.flatMap((woken) =>
    [true, false].flatMap((breaker) =>
      withoutHistory.flatMap((shown) =>
        [10, 45].map((stoppingSeconds) => ({ desired, woken, breaker, stoppingSeconds, ...shown })),
      ),
    ),
  ),
);

/** Returns the services for which the final verdict is not the expected one. */
const others = (
  given: Pick<CrashingService, 'runSeconds' | 'bakeMinutes'> & Partial<CrashingService>,
  outcome: string,
) =>
  services
    .map((service) => ({ ...service, ...given, ended: watchCrashingService({ ...service, ...given }) }))
    .filter(({ ended }) => ended.verdict.outcome !== outcome)
    .map(({ ended, ...service }) => ({ ...service, ended: ended.verdict.outcome, after: ended.seconds }));

describe('tasks that crash again and again during the bake time fail the release, woken or polling', () => {
  it.each(bakes.flatMap((bake) => seconds.map((crash) => [bake, crash] as const)))(
    'bake time of %i minutes, a crash after %i seconds',
    (bakeMinutes, runSeconds) => {
      const dies = runSeconds < bakeMinutes * 60;
      expect(others({ runSeconds, bakeMinutes }, dies ? 'failed' : 'stable')).toEqual([]);
    },
  );
});

/**
 * The number of tasks that crash, and how often each crashes until its replacement stays. `bakeMinutes` is long enough that all this happens during the bake
 * time.
 */
const kinds: [what: string, given: Partial<CrashingService>, outcome: string][] = [
  ['no task crashes', { crashing: 0 }, 'stable'],
  ['each task crashes once', { times: 1 }, 'stable'],
  ['each task crashes once, one after the other', { times: 1, staggerSeconds: 25 }, 'stable'],
  ['each task crashes twice', { times: 2 }, 'stable'],
  ['each task crashes three times', { times: 3 }, 'failed'],
  ['one task crashes again and again', { crashing: 1 }, 'failed'],
  ['the tasks crash again and again, one after the other', { staggerSeconds: 25 }, 'failed'],
  ['ten tasks crash once each', { desired: 10, times: 1, staggerSeconds: 15 }, 'stable'],
  ['one of ten tasks crashes again and again', { desired: 10, crashing: 1 }, 'failed'],
  ['one of a hundred tasks crashes once', { desired: 100, crashing: 1, times: 1 }, 'stable'],
  ['one of a hundred tasks crashes again and again', { desired: 100, crashing: 1 }, 'failed'],
  ['more tasks start than ECS has events, and one crashes again and again', { desired: 150, crashing: 1 }, 'failed'],
];

it.each(kinds)('if %s, the release ends the same whether it is woken or polls: %j is %s', (_, given, outcome) => {
  expect(others({ runSeconds: 45, bakeMinutes: 5, ...given }, outcome)).toEqual([]);
});

it('waits after the bake time only for replacements that may still die', () => {
  const given = { desired: 2, bakeMinutes: 5, woken: true };
  expect(watchCrashingService({ ...given, runSeconds: 45, times: 1 }).seconds).toBeLessThan(325);
  // A task that began at 0 s and ended at 310 s is replaced. The replacement must live for 310 s and one more minute.
  const late = watchCrashingService({ ...given, runSeconds: 290, times: 1 });
  expect([late.verdict.outcome, Math.round(late.seconds / 10)]).toEqual(['stable', 68]);
});
