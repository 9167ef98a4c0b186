import type { EcsServiceSettings } from './service-input.ts';

/**
 * The stages of a blue/green, linear or canary deployment, in order (deployment-type-linear in the ECS guide; the API's own list omits
 * PRE_PRODUCTION_TRAFFIC_SHIFT). RECONCILE_SERVICE only happens if several revisions are active when the deployment starts.
 */
export const lifecycleStages = [
  'RECONCILE_SERVICE',
  'PRE_SCALE_UP',
  'SCALE_UP',
  'POST_SCALE_UP',
  'TEST_TRAFFIC_SHIFT',
  'POST_TEST_TRAFFIC_SHIFT',
  'PRE_PRODUCTION_TRAFFIC_SHIFT',
  'PRODUCTION_TRAFFIC_SHIFT',
  'POST_PRODUCTION_TRAFFIC_SHIFT',
  'BAKE_TIME',
  'CLEAN_UP',
] as const;
export type LifecycleStage = (typeof lifecycleStages)[number];

/** One execution of a lifecycle hook. If a deployment enters a stage again, the stage's hooks are executed again, with new ids. */
export interface HookExecution {
  id: string;
  type: 'PAUSE' | 'AWS_LAMBDA';
  targetArn?: string | undefined;
  stage: LifecycleStage;
  status: 'AWAITING_ACTION' | 'IN_PROGRESS' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT';
  expiresAt: Date;
  timeoutAction: 'ROLLBACK' | 'CONTINUE';
  startedAt: Date;
  /** Absent while the hook waits. Also absent if the hook's deployment ended first. */
  finishedAt?: Date;
}

/** How far a deployment that shifts traffic has come. Weights are percentages, by the ARN of the service revision. */
export interface NativeRollout {
  stage: LifecycleStage;
  /** The time at which the deployment entered its stage, in simulated milliseconds. Absent until the first stage begins. */
  enteredAt?: number;
  /** The target's production weight after each step. */
  steps: number[];
  /** How many steps have begun. */
  step: number;
  production: Map<string, number>;
  /** Absent if the service has no listener rule for test traffic. */
  test?: Map<string, number>;
  /** Every hook execution of this deployment, oldest first. */
  hooks: HookExecution[];
  /** The executions that the current stage waits for. */
  current: HookExecution[];
  /** Why the deployment must roll back: a hook failed, or a stage took too long. */
  failure?: { summary: string; reason: string };
  /** Whether a rollback has given the traffic back to the earlier revision. */
  returned?: boolean;
  /** Functions that cancel the timers of the current stage. */
  cancelTimers: (() => void)[];
}

type DeploymentSettings = NonNullable<EcsServiceSettings['deploymentConfiguration']>;

/** Whether the strategy shifts traffic instead of replacing tasks one after the other. */
export const isNativeStrategy = ({ strategy = 'ROLLING' }: DeploymentSettings): boolean => strategy !== 'ROLLING';

/** The defaults of botocore ecs LinearConfiguration and CanaryConfiguration. */
const defaults = { stepPercent: 10, stepBakeMinutes: 6, canaryPercent: 5, canaryBakeMinutes: 10 };

/** Percentages are multiples of 0.1. */
const roundPercent = (percent: number): number => Math.round(percent * 10) / 10;

/** Returns the target's share of the production traffic after each step, in percent; the last is 100. */
export function trafficSteps({ strategy, linearConfiguration, canaryConfiguration }: DeploymentSettings): number[] {
  const { stepPercent = defaults.stepPercent } = linearConfiguration ?? {};
  const { canaryPercent = defaults.canaryPercent } = canaryConfiguration ?? {};
  if (strategy === 'CANARY') return canaryPercent < 100 ? [canaryPercent, 100] : [100];
  if (strategy !== 'LINEAR') return [100];
  const count = Math.ceil(1000 / Math.round(stepPercent * 10));
  return Array.from({ length: count }, (_, index) => Math.min(100, roundPercent((index + 1) * stepPercent)));
}

/** Returns how long ECS waits after a step that is not the last, in milliseconds. */
export function stepBakeMs({ strategy, linearConfiguration, canaryConfiguration }: DeploymentSettings): number {
  const { stepBakeTimeInMinutes = defaults.stepBakeMinutes } = linearConfiguration ?? {};
  const { canaryBakeTimeInMinutes = defaults.canaryBakeMinutes } = canaryConfiguration ?? {};
  return (strategy === 'CANARY' ? canaryBakeTimeInMinutes : stepBakeTimeInMinutes) * 60_000;
}

/** Creates the state of a deployment that starts now. `production`: the traffic that revisions have at this time. */
export const createNativeRollout = (
  settings: EcsServiceSettings,
  { production, sources }: { production: Map<string, number>; sources: number },
): NativeRollout => ({
  stage: sources > 1 ? 'RECONCILE_SERVICE' : 'PRE_SCALE_UP',
  steps: trafficSteps(settings.deploymentConfiguration ?? {}),
  step: 0,
  production,
  ...(settings.loadBalancers?.some((each) => each.advancedConfiguration?.testListenerRule) ? { test: new Map() } : {}),
  hooks: [],
  current: [],
  cancelTimers: [],
});

/** Returns the stage after the current one: before each step of the traffic, ECS repeats PRE_PRODUCTION_TRAFFIC_SHIFT. */
export function nextStage({ stage, step, steps }: NativeRollout): LifecycleStage | undefined {
  if (stage === 'PRODUCTION_TRAFFIC_SHIFT' && step < steps.length) return 'PRE_PRODUCTION_TRAFFIC_SHIFT';
  return lifecycleStages[lifecycleStages.indexOf(stage) + 1];
}
