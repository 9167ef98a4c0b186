import { expect, it } from 'vitest';
import {
  type DeploymentSettings,
  listPauseWarnings,
  listStrategyWarnings,
} from '../../../core/service/strategy-warnings.ts';

const pause = (timeoutInMinutes?: number, stage = 'POST_TEST_TRAFFIC_SHIFT') => ({
  targetType: 'PAUSE',
  lifecycleStages: [stage],
  ...(timeoutInMinutes && { timeoutConfiguration: { timeoutInMinutes } }),
});
const hook = (timeoutInMinutes?: number, stage = 'PRE_SCALE_UP') => ({
  ...pause(timeoutInMinutes, stage),
  targetType: undefined,
});
const blueGreen = (bakeTimeInMinutes: number, ...lifecycleHooks: ReturnType<typeof hook>[]): DeploymentSettings => ({
  strategy: 'BLUE_GREEN',
  bakeTimeInMinutes,
  lifecycleHooks,
});
const pauses = (...lifecycleHooks: ReturnType<typeof pause>[]): DeploymentSettings => ({
  strategy: 'LINEAR',
  linearConfiguration: { stepPercent: 50, stepBakeTimeInMinutes: 0 },
  lifecycleHooks,
});

it.each<[string, DeploymentSettings, RegExp | undefined]>([
  ['a rolling update with a bake time of its alarms', { bakeTimeInMinutes: 90 }, undefined],
  ['bake times that fit', blueGreen(59), undefined],
  ['a bake time that does not fit', blueGreen(60), /\(BLUE_GREEN\) take 60 minutes, and this release has 60/],
  ['steps that do not fit', { strategy: 'LINEAR', bakeTimeInMinutes: 6 }, /\(LINEAR\) take 60 minutes/],
  ['a function with a default time-out', blueGreen(5, hook()), undefined],
  ['a function that can take too long', blueGreen(5, hook(55)), /can take 55 minutes besides 5 minutes/],
  [
    'a function that runs before each step',
    { ...pauses(), lifecycleHooks: [hook(30, 'PRODUCTION_TRAFFIC_SHIFT')] },
    /can take 60 minutes besides 0/,
  ],
  ['a pause with a default time-out', pauses(pause()), undefined],
  ['a pause of a working day', pauses(pause(480)), undefined],
  ['a pause of two days', pauses(pause(2880)), /can wait for 48 hours\. If nobody answers within 23\.5 hours/],
  ['a pause before each of two steps', pauses(pause(720, 'PRE_PRODUCTION_TRAFFIC_SHIFT')), /can wait for 24 hours/],
])('%s', (_, settings, warning) => {
  const warnings = listStrategyWarnings(settings, 60);
  expect(warnings).toEqual(warning === undefined ? [] : [expect.stringMatching(warning)]);
});

it.each<[string, DeploymentSettings, 'allow' | 'deny' | undefined, number]>([
  ['a pause with a default time-out, which Gantry can answer', pauses(pause()), 'allow', 0],
  ['a pause that Gantry cannot answer', pauses(pause()), 'deny', 1],
  ['two pauses that Gantry cannot answer', pauses(pause(), pause(10)), 'deny', 1],
  ['a pause in a rolling update', { lifecycleHooks: [pause()] }, 'deny', 1],
  ['a function', blueGreen(5, hook()), 'deny', 0],
  ['no hooks', {}, 'deny', 0],
  ['a service that is not configured', pauses(pause()), undefined, 0],
])('%s', (_, settings, pauseHooks, count) => {
  const warning = expect.stringMatching(/pauseHooks of the target is 'deny' in gantry\.config\.ts/);
  expect(listPauseWarnings(settings, pauseHooks)).toEqual(Array.from({ length: count }, () => warning));
});
