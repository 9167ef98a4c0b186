import { describe, expect, it } from 'vitest';
import { formatPlannedRollout } from '../../cli/planned-rollout.ts';
import { joinLines } from '../../cli/print-lines.ts';
import { listDeploymentSteps } from '../../core/service/deployment-steps.ts';

const canary = {
  strategy: 'CANARY',
  canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 15 },
  bakeTimeInMinutes: 5,
  lifecycleHooks: [{ targetType: 'PAUSE', lifecycleStages: ['POST_TEST_TRAFFIC_SHIFT'] }],
};

describe('the steps in a dry run', () => {
  it.each([
    [
      { strategy: 'CANARY', steps: listDeploymentSteps(canary), leastMinutes: 21, ownBakeMinutes: 1 },
      [
        'Steps of the deployment (CANARY):',
        '  1. start the new tasks',
        '  2. shift the test traffic; a hook waits for a person',
        '  3. shift 10 % of the traffic, then bake 15 min',
        '  4. shift 100 % of the traffic',
        '  5. bake 5 min',
        '  6. stop the old tasks',
        '  7. Gantry watches alarms and tasks for 1 min',
        'The bake times take at least 21 minutes. Starting tasks and hooks take time besides.',
      ],
    ],
    [
      { strategy: 'ROLLING', steps: listDeploymentSteps({}), leastMinutes: 0, ownBakeMinutes: 0 },
      [
        'Steps of the deployment (ROLLING):',
        '  1. replace the old tasks by new ones',
        'It has no bake times: it takes as long as its tasks need to start.',
      ],
    ],
  ])('of %j', (rollout, lines) => {
    expect(formatPlannedRollout(rollout)).toEqual(lines);
  });
});

describe('lines of text', () => {
  const lines = ['  1. one two three', 'four'];
  it.each([
    [undefined, '  1. one two three\nfour\n'],
    [14, '  1. one two\n    three\nfour\n'],
  ])('are wrapped only on a terminal (%s columns)', (columns, expected) => {
    const terminal =
      columns === undefined
        ? undefined
        : { canRedraw: true, size: () => ({ columns, rows: 24 }), every: () => () => undefined };
    expect(joinLines(lines, { terminal })).toBe(expected);
  });
});
