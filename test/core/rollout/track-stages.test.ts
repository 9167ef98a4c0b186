import { describe, expect, it } from 'vitest';
import type { StageProgress } from '../../../core/model/stage-progress.ts';
import type { ServiceDeployment } from '../../../core/rollout/observation.ts';
import { isRolloutPaused } from '../../../core/rollout/pause.ts';
import { describeStage } from '../../../core/rollout/stage-sentences.ts';
import { trackStages } from '../../../core/rollout/track-stages.ts';
import { judgeRollout } from '../../../core/rollout/verdict.ts';
import { pauseHook, rolloutObservation, secondsAfterStart, serviceDeployment } from './facts.ts';

type Step = [second: number, changes: Partial<ServiceDeployment>];

const canary = {
  strategy: 'CANARY',
  canaryConfiguration: { canaryPercent: 5, canaryBakeTimeInMinutes: 10 },
  bakeTimeInMinutes: 15,
};

const shifting = (stage: string, production: number, changes: Partial<ServiceDeployment> = {}) => ({
  lifecycleStage: stage,
  production,
  oldProduction: 100 - production,
  strategy: canary,
  ...changes,
});

/** Makes checks one after the other. Returns the last observation. */
function check(...steps: Step[]) {
  let progress: StageProgress | undefined;
  let observation = rolloutObservation();
  for (const [second, changes] of steps) {
    const seen = { now: secondsAfterStart(second), serviceDeployment: serviceDeployment(changes) };
    progress = trackStages(seen, progress);
    observation = rolloutObservation({ ...seen, progress });
  }
  return observation;
}

const reasonOf = (...steps: Step[]): string => {
  const verdict = judgeRollout(check(...steps), secondsAfterStart(0));
  return verdict.outcome === 'failed' || verdict.outcome === 'superseded'
    ? verdict.reason.split('\n')[0]!
    : verdict.outcome;
};

describe('progress', () => {
  it.each<[string, Step[], string[]]>([
    ['a rolling update', [[60, {}]], []],
    [
      'before the traffic',
      [[60, shifting('SCALE_UP', 0)]],
      ['it is in the stage SCALE_UP', 'the new revision gets 0 % of the traffic (step 0 of 2)'],
    ],
    [
      'the first step, since its first check',
      [
        [60, shifting('PRODUCTION_TRAFFIC_SHIFT', 5)],
        [120, shifting('PRODUCTION_TRAFFIC_SHIFT', 5)],
      ],
      [
        'it is in the stage PRODUCTION_TRAFFIC_SHIFT',
        'the new revision gets 5 % of the traffic (step 1 of 2)',
        `this bakes until 2026-11-23 09:11:00 UTC at the latest`,
      ],
    ],
    [
      'before the first step, under the name of the step itself',
      [[60, shifting('PRODUCTION_TRAFFIC_SHIFT', 0)]],
      ['it is in the stage PRODUCTION_TRAFFIC_SHIFT', 'the new revision gets 0 % of the traffic (step 0 of 2)'],
    ],
    [
      'the last step, which does not bake',
      [[60, shifting('PRODUCTION_TRAFFIC_SHIFT', 100)]],
      ['it is in the stage PRODUCTION_TRAFFIC_SHIFT', 'the new revision gets 100 % of the traffic (step 2 of 2)'],
    ],
    [
      'the final bake time',
      [[60, shifting('BAKE_TIME', 100)]],
      [
        'it is in the stage BAKE_TIME',
        'the new revision gets 100 % of the traffic (step 2 of 2)',
        `this bakes until 2026-11-23 09:16:00 UTC at the latest`,
      ],
    ],
  ])('%s', (_, steps, described) => {
    const { progress } = check(...steps);
    expect(progress === undefined ? [] : describeStage(progress)).toEqual(described);
  });
});

describe('a pause', () => {
  it.each<[string, Partial<ServiceDeployment>, boolean]>([
    ['a hook for a person', { hooks: [pauseHook()] }, true],
    [
      'one of two hooks for a person',
      { hooks: [pauseHook({ status: 'SUCCEEDED' }), pauseHook({ id: 'other' })] },
      true,
    ],
    ['a function that runs', { hooks: [pauseHook({ waitsFor: 'function', status: 'IN_PROGRESS' })] }, false],
    [
      'hooks that are completed',
      { hooks: ['SUCCEEDED', 'FAILED', 'TIMED_OUT'].map((status) => pauseHook({ status })) },
      false,
    ],
    ['a hook of a deployment that rolls back', { status: 'ROLLBACK_IN_PROGRESS', hooks: [pauseHook()] }, false],
    ['a hook of a deployment that was stopped', { status: 'STOPPED', hooks: [pauseHook()] }, false],
  ])('of %s: %s', (_, changes, paused) => {
    expect(isRolloutPaused(check([60, changes]))).toBe(paused);
  });

  it.each<[string, Step, string]>([
    [
      'the next step has a hook of its own',
      [
        120,
        shifting('PRE_PRODUCTION_TRAFFIC_SHIFT', 5, {
          hooks: [pauseHook({ status: 'SUCCEEDED' }), pauseHook({ id: 'ecs-pause-2' })],
        }),
      ],
      'Somebody continued the lifecycle hook ecs-pause-1.',
    ],
    [
      'ECS lists no completed hooks',
      [120, shifting('BAKE_TIME', 100)],
      'Somebody continued the lifecycle hook ecs-pause-1.',
    ],
    [
      'its time-out continued it',
      [120, shifting('BAKE_TIME', 100, { hooks: [pauseHook({ status: 'TIMED_OUT', timeoutAction: 'CONTINUE' })] })],
      'Nobody continued the lifecycle hook ecs-pause-1: ECS continued the deployment at its time-out.',
    ],
  ])('that is over is reported: %s', (_, after, sentence) => {
    const before: Step = [60, shifting('PRE_PRODUCTION_TRAFFIC_SHIFT', 0, { hooks: [pauseHook()] })];
    const twice = check(before, after, [after[0] + 60, after[1]]);
    expect(judgeRollout(twice, secondsAfterStart(0)).warnings).toEqual([sentence]);
  });

  it('that ECS no longer lists after its time-out was continued by the time-out', () => {
    const hook = pauseHook({ expiresAt: secondsAfterStart(90).toISOString(), timeoutAction: 'CONTINUE' });
    const { progress } = check([60, shifting('PRE_SCALE_UP', 0, { hooks: [hook] })], [120, shifting('SCALE_UP', 0)]);
    expect(progress!.continued).toMatchObject([{ status: 'TIMED_OUT' }]);
  });
});

describe('the message of a deployment that ended', () => {
  const step: Step = [60, shifting('PRODUCTION_TRAFFIC_SHIFT', 5)];
  const paused: Step = [
    60,
    shifting('POST_TEST_TRAFFIC_SHIFT', 0, { hooks: [pauseHook({ expiresAt: secondsAfterStart(100).toISOString() })] }),
  ];
  const back = (changes: Partial<ServiceDeployment> = {}): Step => [
    120,
    shifting('CLEAN_UP', 0, { status: 'ROLLBACK_SUCCESSFUL', ...changes }),
  ];
  const failed = (changes = {}) => ({ hooks: [pauseHook({ status: 'FAILED', ...changes })] });
  const ours = 'Deployment ecs-svc/2 of web:13';
  const reached = (stage: string, percent: number) =>
    ` It came to the stage ${stage}, with at most ${percent} % of the production traffic on the new revision.`;

  it.each<[string, Step[], string]>([
    [
      'an alarm in a canary step',
      [step, back({ alarms: { status: 'TRIGGERED', triggered: ['errors'] } })],
      `${ours} failed and ECS has rolled it back: alarm errors went to ALARM.${reached('PRODUCTION_TRAFFIC_SHIFT', 5)}`,
    ],
    [
      'a person at a hook',
      [paused, back(failed())],
      `${ours} failed and ECS has rolled it back: somebody rolled it back at the lifecycle hook ecs-pause-1.${reached('POST_TEST_TRAFFIC_SHIFT', 0)}`,
    ],
    [
      'a function',
      [step, back(failed({ waitsFor: 'function' }))],
      `${ours} failed and ECS has rolled it back: the function of the lifecycle hook ecs-pause-1 failed.${reached('PRODUCTION_TRAFFIC_SHIFT', 5)}`,
    ],
    [
      'the time-out of a hook',
      [paused, back(failed({ status: 'TIMED_OUT' }))],
      `${ours} failed and ECS has rolled it back: nobody continued the lifecycle hook ecs-pause-1 in time.${reached('POST_TEST_TRAFFIC_SHIFT', 0)}`,
    ],
    [
      'the time-out of a hook that ECS no longer lists',
      [paused, back()],
      `${ours} failed and ECS has rolled it back: nobody continued the lifecycle hook ecs-pause-1 in time.${reached('POST_TEST_TRAFFIC_SHIFT', 0)}`,
    ],
    [
      'the time-out of a function',
      [step, back(failed({ status: 'TIMED_OUT', waitsFor: 'function' }))],
      `${ours} failed and ECS has rolled it back: the function of the lifecycle hook ecs-pause-1 did not finish in time.${reached('PRODUCTION_TRAFFIC_SHIFT', 5)}`,
    ],
    [
      'a rollback that is in progress and shows stages of its own',
      [step, [120, shifting('PRODUCTION_TRAFFIC_SHIFT', 0, { status: 'ROLLBACK_IN_PROGRESS' })]],
      `${ours} failed and ECS is rolling it back.${reached('PRODUCTION_TRAFFIC_SHIFT', 5)}`,
    ],
    [
      'somebody who stopped it',
      [step, [120, shifting('PRODUCTION_TRAFFIC_SHIFT', 5, { status: 'STOPPED', finishedAt: secondsAfterStart(80) })]],
      `${ours} was stopped by somebody, and nothing newer has begun. Both revisions get traffic until somebody deploys: the new one 5 %, the old one 95 %.${reached('PRODUCTION_TRAFFIC_SHIFT', 5)}`,
    ],
  ])('names %s, the stage and the traffic', (_, steps, sentence) => {
    expect(reasonOf(...steps)).toBe(sentence);
  });

  it.each<[string, Step[]]>([
    ['shows as failed before the status says so', [[100, shifting('POST_TEST_TRAFFIC_SHIFT', 0, failed())]]],
    ['does not show before the status says so', [[100, shifting('POST_TEST_TRAFFIC_SHIFT', 0)]]],
    ['shows as failed together with the status', []],
  ])('takes no hook for continued that ECS %s', (_, between) => {
    const { progress } = check(paused, ...between, back(failed()));
    expect(progress).toMatchObject({ failed: [{ id: 'ecs-pause-1' }], continued: [] });
  });

  it.each(['FAILED', 'TIMED_OUT'])(
    'is not there yet while ECS shows a hook as %s and the deployment as IN_PROGRESS',
    (status) => {
      const hooks = [pauseHook({ status, timeoutAction: 'ROLLBACK' })];
      expect(reasonOf(paused, [100, shifting('POST_TEST_TRAFFIC_SHIFT', 0, { hooks })])).toBe('going on');
    },
  );

  it.each<[string, Partial<ServiceDeployment>, string]>([
    ['no old traffic remains', { oldProduction: 0 }, 'stable'],
    [
      'old traffic remains in an answer of the same minute',
      { oldProduction: 20, finishedAt: secondsAfterStart(100) },
      'going on',
    ],
    ['ECS has said so for a minute', { oldProduction: 20, finishedAt: secondsAfterStart(50) }, 'stable'],
  ])('is "stable" only if %s', (_, changes, outcome) => {
    expect(reasonOf([120, shifting('CLEAN_UP', 100, { status: 'SUCCESSFUL', ...changes })])).toBe(outcome);
  });
});
