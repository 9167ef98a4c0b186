import { expect, it } from 'vitest';
import { calculateTotalBakeMinutes, listTrafficSteps } from '../../../core/service/traffic-steps.ts';

it.each([
  ['rolling', {}, [100], 0],
  ['blue/green', { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 15 }, [100], 15],
  ['canary with the defaults', { strategy: 'CANARY' }, [5, 100], 10],
  [
    'canary of 0.1 %',
    {
      strategy: 'CANARY',
      canaryConfiguration: { canaryPercent: 0.1, canaryBakeTimeInMinutes: 60 },
      bakeTimeInMinutes: 5,
    },
    [0.1, 100],
    65,
  ],
  ['canary of 100 %', { strategy: 'CANARY', canaryConfiguration: { canaryPercent: 100 } }, [100], 0],
  ['linear with the defaults', { strategy: 'LINEAR' }, [10, 20, 30, 40, 50, 60, 70, 80, 90, 100], 54],
  [
    'linear that does not divide 100',
    { strategy: 'LINEAR', linearConfiguration: { stepPercent: 30 } },
    [30, 60, 90, 100],
    18,
  ],
  [
    'linear with a last step of 0.1 %',
    { strategy: 'LINEAR', linearConfiguration: { stepPercent: 99.9, stepBakeTimeInMinutes: 0 } },
    [99.9, 100],
    0,
  ],
  ['a strategy that does not exist yet', { strategy: 'SPIRAL' }, [100], 0],
])('%s', (_, strategy, steps, minutes) => {
  expect(listTrafficSteps(strategy)).toEqual(steps);
  expect(calculateTotalBakeMinutes(strategy)).toBe(minutes);
});
