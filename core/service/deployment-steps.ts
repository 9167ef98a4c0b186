import { type DeploymentSettings, isPauseHook } from './strategy-warnings.ts';
import { calculateStepBakeMinutes, listTrafficSteps } from './traffic-steps.ts';

/**
 * One step of a deployment, as people count steps. `bakeMinutes`: the minimum time that ECS waits after the step. `waitsFor`: for whom its lifecycle hooks
 * wait.
 */
export interface DeploymentStep {
  does: 'replace tasks' | 'start tasks' | 'shift test traffic' | 'shift traffic' | 'bake' | 'stop old tasks';
  /** The new revision's share of the production traffic after the step. */
  percent?: number | undefined;
  bakeMinutes?: number | undefined;
  waitsFor?: ('person' | 'function')[] | undefined;
}

/** The lifecycle stages of each step (deployment-lifecycle-hooks in the ECS guide). */
const stagesByStep: Record<DeploymentStep['does'], string[]> = {
  'replace tasks': [],
  'start tasks': ['RECONCILE_SERVICE', 'PRE_SCALE_UP', 'SCALE_UP', 'POST_SCALE_UP'],
  'shift test traffic': ['TEST_TRAFFIC_SHIFT', 'POST_TEST_TRAFFIC_SHIFT'],
  'shift traffic': ['PRE_PRODUCTION_TRAFFIC_SHIFT', 'PRODUCTION_TRAFFIC_SHIFT', 'POST_PRODUCTION_TRAFFIC_SHIFT'],
  bake: ['BAKE_TIME'],
  'stop old tasks': ['CLEAN_UP'],
};

/** Returns the kind of step to which a lifecycle stage belongs; the first kind for a stage before the first step and for an unknown stage. */
export const findStepOfStage = (stage: string | undefined): DeploymentStep['does'] => {
  const kinds: DeploymentStep['does'][] = ['shift test traffic', 'shift traffic', 'bake', 'stop old tasks'];
  return kinds.find((kind) => stagesByStep[kind].includes(stage ?? '')) ?? 'start tasks';
};

const listWaits = ({ lifecycleHooks = [] }: DeploymentSettings, stages: string[]): DeploymentStep['waitsFor'] => {
  const hooks = lifecycleHooks.filter((hook) => hook.lifecycleStages?.some((stage) => stages.includes(stage)));
  const waits = [...new Set(hooks.map((hook) => (isPauseHook(hook) ? ('person' as const) : ('function' as const))))];
  return waits.length === 0 ? undefined : waits;
};

/** Returns the stages of a shift of the traffic. The stage after the last shift occurs once; the other stages occur in each shift. */
const listShiftStages = (isLast: boolean): string[] =>
  stagesByStep['shift traffic'].filter((stage) => isLast || !stage.startsWith('POST_'));

function listShifts(settings: DeploymentSettings): DeploymentStep[] {
  const weights = listTrafficSteps(settings);
  return weights.map((percent, at) => {
    const isLast = at === weights.length - 1;
    return {
      does: 'shift traffic',
      percent,
      bakeMinutes: (isLast ? 0 : calculateStepBakeMinutes(settings)) || undefined,
      waitsFor: listWaits(settings, listShiftStages(isLast)),
    };
  });
}

/**
 * Lists the steps of a deployment with this configuration, in order. `hasTestTraffic`: whether the service has a test listener, which the configuration does
 * not show. A hook for the test traffic also proves a test listener.
 */
export function listDeploymentSteps(settings: DeploymentSettings, hasTestTraffic = false): DeploymentStep[] {
  if ((settings.strategy ?? 'ROLLING') === 'ROLLING') return [{ does: 'replace tasks' }];
  const plain = (does: DeploymentStep['does']) => ({ does, waitsFor: listWaits(settings, stagesByStep[does]) });
  const test = plain('shift test traffic');
  const bake = { ...plain('bake'), bakeMinutes: settings.bakeTimeInMinutes };
  return [
    plain('start tasks'),
    ...(hasTestTraffic || test.waitsFor !== undefined ? [test] : []),
    ...listShifts(settings),
    ...(bake.bakeMinutes ? [bake] : []),
    plain('stop old tasks'),
  ];
}
