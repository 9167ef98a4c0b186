import fc from 'fast-check';
import { functionAnswers, type HookPlan, pauseAnswers, type ShiftPlan, shiftingStrategies } from './plan.ts';

/** ECS accepts no pause hook at the two stages that shift traffic (developer guide, pause-lifecycle-hooks). */
const pauseStages = [
  'PRE_SCALE_UP',
  'POST_SCALE_UP',
  'POST_TEST_TRAFFIC_SHIFT',
  'PRE_PRODUCTION_TRAFFIC_SHIFT',
  'POST_PRODUCTION_TRAFFIC_SHIFT',
];

const action = fc.constantFrom('ROLLBACK' as const, 'CONTINUE' as const);

/** A pause without an answer ends soon. A late answer comes after five minutes. */
const pause: fc.Arbitrary<HookPlan> = fc
  .record({
    type: fc.constant('PAUSE' as const),
    stage: fc.constantFrom(...pauseStages),
    answer: fc.constantFrom(...pauseAnswers),
    action,
  })
  .map((hook) => ({ ...hook, timeoutMinutes: hook.answer === 'never' ? 3 : 15 }));

const hookFunction: fc.Arbitrary<HookPlan> = fc.record({
  type: fc.constant('AWS_LAMBDA' as const),
  stage: fc.constantFrom(...pauseStages, 'TEST_TRAFFIC_SHIFT', 'PRODUCTION_TRAFFIC_SHIFT'),
  answer: fc.constantFrom(...functionAnswers.filter((answer) => answer !== 'alarm')),
  timeoutMinutes: fc.constant(3),
  action,
});

/** The alarm goes off in a step of the traffic. */
const alarmInStep: fc.Arbitrary<HookPlan> = hookFunction.map((hook) => ({
  ...hook,
  type: 'AWS_LAMBDA' as const,
  stage: 'PRODUCTION_TRAFFIC_SHIFT',
  answer: 'alarm' as const,
}));

const hook = fc.oneof(
  { weight: 4, arbitrary: pause },
  { weight: 3, arbitrary: hookFunction },
  { weight: 1, arbitrary: alarmInStep },
);

/** A strategy that shifts traffic, with up to two hooks. */
export const shiftPlan: fc.Arbitrary<ShiftPlan> = fc.record({
  strategy: fc.constantFrom(...shiftingStrategies),
  bakeMinutes: fc.constantFrom(0, 1),
  hooks: fc.array(hook, { maxLength: 2 }),
});
