import { describe, expect, it } from 'vitest';
import type { StageProgress } from '../../../core/model/stage-progress.ts';
import { markSteps } from '../../../core/rollout/mark-steps.ts';
import { listDeploymentSteps } from '../../../core/service/deployment-steps.ts';

const pause = (...lifecycleStages: string[]) => ({ targetType: 'PAUSE', lifecycleStages });
const hook = (...lifecycleStages: string[]) => ({ lifecycleStages });
const canary = {
  strategy: 'CANARY',
  canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 15 },
  bakeTimeInMinutes: 5,
};

const describeSteps = (...given: Parameters<typeof listDeploymentSteps>) =>
  listDeploymentSteps(...given).map(({ does, percent, bakeMinutes, waitsFor }) =>
    [does, percent, bakeMinutes && `${bakeMinutes} min`, waitsFor].filter((part) => part !== undefined).join(' '),
  );

describe('the steps of a deployment', () => {
  it.each<[string, Parameters<typeof listDeploymentSteps>, string[]]>([
    ['without a strategy', [{}], ['replace tasks']],
    ['of a rolling update', [{ strategy: 'ROLLING', bakeTimeInMinutes: 5 }], ['replace tasks']],
    [
      'of blue/green without a bake time',
      [{ strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0 }],
      ['start tasks', 'shift traffic 100', 'stop old tasks'],
    ],
    [
      'of blue/green with a test listener',
      [{ strategy: 'BLUE_GREEN', bakeTimeInMinutes: 10 }, true],
      ['start tasks', 'shift test traffic', 'shift traffic 100', 'bake 10 min', 'stop old tasks'],
    ],
    [
      'of a canary deployment',
      [canary],
      ['start tasks', 'shift traffic 10 15 min', 'shift traffic 100', 'bake 5 min', 'stop old tasks'],
    ],
    [
      'of a linear deployment whose last step is smaller',
      [{ strategy: 'LINEAR', linearConfiguration: { stepPercent: 40, stepBakeTimeInMinutes: 1 } }],
      ['start tasks', 'shift traffic 40 1 min', 'shift traffic 80 1 min', 'shift traffic 100', 'stop old tasks'],
    ],
    [
      'with hooks before each step of the traffic, and after the last one',
      [
        {
          ...canary,
          lifecycleHooks: [
            pause('PRE_PRODUCTION_TRAFFIC_SHIFT'),
            hook('POST_PRODUCTION_TRAFFIC_SHIFT', 'POST_SCALE_UP'),
          ],
        },
      ],
      [
        'start tasks function',
        'shift traffic 10 15 min person',
        'shift traffic 100 person,function',
        'bake 5 min',
        'stop old tasks',
      ],
    ],
    [
      'with a hook for the test traffic',
      [{ strategy: 'BLUE_GREEN', lifecycleHooks: [pause('POST_TEST_TRAFFIC_SHIFT')] }],
      ['start tasks', 'shift test traffic person', 'shift traffic 100', 'stop old tasks'],
    ],
  ])('%s', (_, given, steps) => {
    expect(describeSteps(...given)).toEqual(steps);
  });
});

const progress = (changes: Partial<StageProgress>): StageProgress => ({
  since: '2026-11-23T09:00:00.000Z',
  reached: 0,
  stepsDone: 0,
  stepsLeft: 2,
  waiting: [],
  failed: [],
  continued: [],
  ...changes,
});
const shifting = { stage: 'PRODUCTION_TRAFFIC_SHIFT' };
const bakesUntil = '2026-11-23T09:15:00.000Z';

/** The steps of the canary deployment: tasks, 10 %, 100 %, bake time, clean-up. */
describe('the current step of a canary deployment', () => {
  it.each<[string, Partial<StageProgress>, string]>([
    ['before its first stage', {}, '▸....'],
    ['while its tasks start', { stage: 'SCALE_UP' }, '▸....'],
    ['in a stage of the test traffic, although it has none', { stage: 'TEST_TRAFFIC_SHIFT' }, '▸....'],
    ['before the first shift', { stage: 'PRE_PRODUCTION_TRAFFIC_SHIFT' }, '✓▸...'],
    ['during the first shift', shifting, '✓▸...'],
    ['during the bake time after it', { ...shifting, stepsDone: 1, stepsLeft: 1, bakesUntil }, '✓▸...'],
    ['before the second shift', { stage: 'PRE_PRODUCTION_TRAFFIC_SHIFT', stepsDone: 1, stepsLeft: 1 }, '✓✓▸..'],
    ['after the second shift', { ...shifting, stepsDone: 2, stepsLeft: 0 }, '✓✓▸..'],
    ['in its bake time', { stage: 'BAKE_TIME', stepsDone: 2, stepsLeft: 0, bakesUntil }, '✓✓✓▸.'],
    ['at the end', { stage: 'CLEAN_UP', stepsDone: 2, stepsLeft: 0 }, '✓✓✓✓▸'],
    ['in a stage that is new', { stage: 'A_NEW_STAGE' }, '▸....'],
  ])('%s', (_, changes, marks) => {
    const signs = { done: '✓', current: '▸', next: '.' };
    const marked = markSteps(listDeploymentSteps(canary), progress(changes));
    expect(marked.map(({ status }) => signs[status]).join('')).toBe(marks);
  });

  it('is none after a success', () => {
    const marked = markSteps(listDeploymentSteps(canary), progress({ stage: 'CLEAN_UP' }), true);
    expect(new Set(marked.map(({ status }) => status))).toEqual(new Set(['done']));
  });

  it('does not exist if the configuration could not be read', () => {
    expect(markSteps([], progress({ stage: 'BAKE_TIME' }))).toEqual([]);
  });
});
