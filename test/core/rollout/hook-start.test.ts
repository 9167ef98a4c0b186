import { describe, expect, it } from 'vitest';
import { calculateHookStart } from '../../../core/rollout/hook-start.ts';
import type { DeploymentSettings } from '../../../core/service/strategy-warnings.ts';
import { pauseHook, serviceDeployment } from './facts.ts';

type Hooks = NonNullable<DeploymentSettings['lifecycleHooks']>;
const stage = 'POST_SCALE_UP';
const pause = (timeoutInMinutes?: number, stages = [stage]): Hooks[number] => ({
  targetType: 'PAUSE',
  lifecycleStages: stages,
  ...(timeoutInMinutes !== undefined && { timeoutConfiguration: { timeoutInMinutes } }),
});
const functionHook: Hooks[number] = { lifecycleStages: [stage], timeoutConfiguration: { timeoutInMinutes: 5 } };
const end = '2026-11-23T10:00:00.000Z';

describe('the start of a wait', () => {
  it.each<[what: string, hooks: Hooks, start: string | undefined, current?: string]>([
    ['its time-out before its end', [pause(60)], '2026-11-23T09:00:00.000Z'],
    ['a day before its end without a time-out of its own', [pause()], '2026-11-22T10:00:00.000Z'],
    ['known with hooks for functions beside it', [functionHook, pause(60)], '2026-11-23T09:00:00.000Z'],
    ['known with equal hooks', [pause(60), pause(60)], '2026-11-23T09:00:00.000Z'],
    ['known with a hook at another stage', [pause(60), pause(5, ['PRE_SCALE_UP'])], '2026-11-23T09:00:00.000Z'],
    ['unknown with different hooks', [pause(60), pause(30)], undefined],
    ['unknown if the configuration has no such hook', [functionHook], undefined],
    [
      'known before a step of the traffic, whichever stage ECS shows',
      [pause(60, ['PRE_PRODUCTION_TRAFFIC_SHIFT'])],
      '2026-11-23T09:00:00.000Z',
      'PRODUCTION_TRAFFIC_SHIFT',
    ],
  ])('is %s', (_, lifecycleHooks, start, current = stage) => {
    const deployment = serviceDeployment({ lifecycleStage: current, strategy: { lifecycleHooks } });
    expect(calculateHookStart(pauseHook({ expiresAt: end }), deployment)).toBe(start);
  });

  it('is unknown if ECS does not show the end, or the configuration', () => {
    const deployment = serviceDeployment({ lifecycleStage: stage, strategy: { lifecycleHooks: [pause(60)] } });
    expect(calculateHookStart(pauseHook({ expiresAt: undefined }), deployment)).toBeUndefined();
    expect(calculateHookStart(pauseHook(), serviceDeployment({ lifecycleStage: stage }))).toBeUndefined();
  });

  it("of a function's hook is its own", () => {
    const deployment = serviceDeployment({
      lifecycleStage: stage,
      strategy: { lifecycleHooks: [functionHook, pause(60)] },
    });
    const hook = pauseHook({ waitsFor: 'function', expiresAt: end });
    expect(calculateHookStart(hook, deployment)).toBe('2026-11-23T09:55:00.000Z');
  });
});
