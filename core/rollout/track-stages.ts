import type { LifecycleHook, StageProgress } from '../model/stage-progress.ts';
import { calculateStepBakeMinutes, listTrafficSteps } from '../service/traffic-steps.ts';
import type { RolloutObservation, ServiceDeployment } from './observation.ts';

const minuteMs = 60_000;

/**
 * Statuses in which ECS does not roll back (botocore ecs `ServiceDeploymentStatus`). Stage and weights show the progress of the deployment only in these
 * statuses.
 */
const forwardStatuses = ['PENDING', 'IN_PROGRESS', 'SUCCESSFUL'];

/** Whether ECS's status says that a deployment is in progress or has succeeded. */
export const isDeploymentInProgressOrSuccessful = ({ status }: ServiceDeployment): boolean =>
  forwardStatuses.includes(status);

const unfinishedStatuses = ['AWAITING_ACTION', 'IN_PROGRESS'];

/**
 * Returns the hooks for which a deployment waits. A deployment that has ended or rolls back waits for none, although ECS may list the last status of its
 * hooks forever.
 */
export const listWaitingHooks = ({ status, hooks }: ServiceDeployment): LifecycleHook[] =>
  status === 'IN_PROGRESS' ? hooks.filter((hook) => unfinishedStatuses.includes(hook.status)) : [];

/** Whether the time-out of a hook, with this action, has passed. */
const timesOut = (hook: LifecycleHook, now: Date, action: string): boolean =>
  hook.timeoutAction === action && hook.expiresAt !== undefined && Date.parse(hook.expiresAt) <= now.getTime();

/**
 * Returns the hooks for a person that no longer wait while the deployment continues. ECS may omit completed hooks (docs/assumptions.md, hook-details), so a
 * hook that is no longer listed has been continued.
 */
function listContinued({ hooks }: ServiceDeployment, earlier: StageProgress | undefined, now: Date): LifecycleHook[] {
  const known = earlier?.continued ?? [];
  const waited = [...(earlier?.waiting ?? []), ...hooks].filter(({ waitsFor }) => waitsFor === 'person');
  const ended = waited.flatMap((hook) => {
    const shown = hooks.find(({ id }) => id === hook.id);
    if (shown !== undefined) return unfinishedStatuses.includes(shown.status) ? [] : shown;
    return { ...hook, status: timesOut(hook, now, 'CONTINUE') ? 'TIMED_OUT' : 'SUCCEEDED' };
  });
  const fresh = ended.filter(({ id }, at) => ![...known, ...ended.slice(0, at)].some((one) => one.id === id));
  return [...known, ...fresh];
}

/** Returns the hooks that ECS shows as failed. ECS can show them before the deployment's status says that it rolls back. */
const listShownAsFailed = ({ hooks }: ServiceDeployment): LifecycleHook[] =>
  hooks.filter(
    (hook) => hook.status === 'FAILED' || (hook.status === 'TIMED_OUT' && hook.timeoutAction !== 'CONTINUE'),
  );

/** Removes failed hooks from the continued ones, because a hook that is no longer listed may have failed. */
const withoutFailed = (continued: LifecycleHook[], failed: LifecycleHook[]): LifecycleHook[] =>
  continued.filter(({ id }) => !failed.some((one) => one.id === id));

/** Returns the hooks that made ECS roll back: the hooks that ECS shows as failed, or else the hooks that waited before and whose time-out has passed. */
function listFailed(deployment: ServiceDeployment, earlier: StageProgress | undefined, now: Date): LifecycleHook[] {
  const shown = listShownAsFailed(deployment);
  if (shown.length > 0) return shown;
  return (earlier?.waiting ?? [])
    .filter((hook) => timesOut(hook, now, 'ROLLBACK'))
    .map((hook) => ({ ...hook, status: 'TIMED_OUT' }));
}

/** Returns when the bake time of the current step or stage ends at the latest; undefined if the deployment does not bake. */
function calculateBakeEnd(
  { lifecycleStage, strategy = {} }: ServiceDeployment,
  { since, stepsDone, stepsLeft }: Pick<StageProgress, 'since' | 'stepsDone' | 'stepsLeft'>,
): string | undefined {
  const isStep = lifecycleStage === 'PRODUCTION_TRAFFIC_SHIFT' && stepsDone > 0 && stepsLeft > 0;
  const minutes =
    lifecycleStage === 'BAKE_TIME' ? strategy.bakeTimeInMinutes : isStep ? calculateStepBakeMinutes(strategy) : 0;
  return minutes ? new Date(Date.parse(since) + minutes * minuteMs).toISOString() : undefined;
}

function trackForward(deployment: ServiceDeployment, earlier: StageProgress | undefined, now: Date): StageProgress {
  const { lifecycleStage: stage, production, test, strategy = {} } = deployment;
  const steps = listTrafficSteps(strategy);
  const reached = Math.max(earlier?.reached ?? 0, production ?? 0);
  const stepsDone = steps.filter((weight) => weight <= reached).length;
  const isSame = earlier?.stage === stage && earlier?.production === production;
  const since = (isSame ? earlier?.since : undefined) ?? now.toISOString();
  const counts = { since, stepsDone, stepsLeft: steps.length - stepsDone };
  const failed = listShownAsFailed(deployment);
  return {
    ...counts,
    stage,
    production,
    test,
    reached,
    bakesUntil: calculateBakeEnd(deployment, counts),
    waiting: listWaitingHooks(deployment),
    failed,
    continued: withoutFailed(listContinued(deployment, earlier, now), failed),
  };
}

/**
 * Returns the progress of our deployment, from this check and an earlier check. If ECS rolls back, the stage and the share of the traffic stay as they were
 * at the last check before the rollback. Undefined for a rolling update.
 */
export function trackStages(
  { serviceDeployment, now }: Pick<RolloutObservation, 'serviceDeployment' | 'now'>,
  earlier: StageProgress | undefined,
): StageProgress | undefined {
  if (serviceDeployment?.lifecycleStage === undefined && (serviceDeployment?.hooks ?? []).length === 0) return earlier;
  if (serviceDeployment === undefined) return earlier;
  if (isDeploymentInProgressOrSuccessful(serviceDeployment)) return trackForward(serviceDeployment, earlier, now);
  const last = earlier ?? trackForward(serviceDeployment, undefined, now);
  const shown = listFailed(serviceDeployment, earlier, now);
  const failed = shown.length > 0 ? shown : last.failed;
  return { ...last, bakesUntil: undefined, waiting: [], failed, continued: withoutFailed(last.continued, failed) };
}
