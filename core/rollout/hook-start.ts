import type { LifecycleHook } from '../model/stage-progress.ts';
import { isPauseHook } from '../service/strategy-warnings.ts';
import type { ServiceDeployment } from './observation.ts';

/** How long ECS waits for a hook without `timeoutInMinutes`, in minutes (botocore ecs `DeploymentLifecycleHookTimeoutConfiguration`; lambda-lifecycle-hooks). */
const defaultTimeoutMinutes = 1440;

/** A hook before a step of the traffic can show the stage of the step (docs/assumptions.md, pre-production-stage). */
const earlierStages: Record<string, string> = { PRODUCTION_TRAFFIC_SHIFT: 'PRE_PRODUCTION_TRAFFIC_SHIFT' };

/** Returns the time-outs that the deployment configures for hooks of this kind at its stage, in minutes. */
function listTimeouts(
  { waitsFor }: LifecycleHook,
  { lifecycleStage: stage = '', strategy }: ServiceDeployment,
): number[] {
  const stages = [stage, earlierStages[stage]];
  return (strategy?.lifecycleHooks ?? [])
    .filter((hook) => isPauseHook(hook) === (waitsFor === 'person'))
    .filter(({ lifecycleStages = [] }) => lifecycleStages.some((one) => stages.includes(one)))
    .map(({ timeoutConfiguration }) => timeoutConfiguration?.timeoutInMinutes ?? defaultTimeoutMinutes);
}

/**
 * Returns since when a hook waits (ISO 8601, UTC). ECS shows only the end of the wait. The configured time-out is the length of the wait. Undefined if the
 * hooks of the stage have different time-outs, because ECS does not show which of these hooks waits.
 */
export function calculateHookStart(hook: LifecycleHook, deployment: ServiceDeployment): string | undefined {
  const [minutes, ...others] = new Set(listTimeouts(hook, deployment));
  if (hook.expiresAt === undefined || minutes === undefined || others.length > 0) return undefined;
  return new Date(Date.parse(hook.expiresAt) - minutes * 60_000).toISOString();
}
