import { formatCount } from '../parsing/count.ts';
import { calculateTotalBakeMinutes, listTrafficSteps, type TrafficStrategy } from './traffic-steps.ts';

/** The deployment configuration of a service, limited to the fields that decide how long a deployment takes (botocore ecs). */
export interface DeploymentSettings extends TrafficStrategy {
  lifecycleHooks?: ConfiguredHook[] | undefined;
}

interface ConfiguredHook {
  targetType?: string | undefined;
  lifecycleStages?: string[] | undefined;
  timeoutConfiguration?: { timeoutInMinutes?: number | undefined } | undefined;
}

/** Half an hour before CodePipeline ends a custom action (24 h), a job whose deployment waits for a person gets its result. */
const longestJobMinutes = 23.5 * 60;

/** Before each step of the traffic, ECS runs the hooks of these stages again (deployment-lifecycle-hooks in the ECS guide). */
const recurringStages = ['PRE_PRODUCTION_TRAFFIC_SHIFT', 'PRODUCTION_TRAFFIC_SHIFT'];

/** Whether a hook waits for a person. Any other hook waits for a function. */
export const isPauseHook = ({ targetType }: ConfiguredHook): boolean => targetType === 'PAUSE';

/** Returns how often a hook runs in one deployment. */
const countRuns = ({ lifecycleStages = [] }: ConfiguredHook, steps: number): number =>
  lifecycleStages.reduce((sum, stage) => sum + (recurringStages.includes(stage) ? steps : 1), 0);

/** Returns the longest time that the functions of hooks can take, in minutes. A function without its own time-out is expected to finish soon. */
function sumFunctionMinutes(settings: DeploymentSettings): number {
  const steps = listTrafficSteps(settings).length;
  return (settings.lifecycleHooks ?? [])
    .filter((hook) => !isPauseHook(hook))
    .reduce((sum, hook) => sum + (hook.timeoutConfiguration?.timeoutInMinutes ?? 0) * countRuns(hook, steps), 0);
}

function findLongPause({ lifecycleHooks = [], ...strategy }: DeploymentSettings): number | undefined {
  const steps = listTrafficSteps(strategy).length;
  // ECS's default time-out is ignored, because it does not show how much time people need.
  const minutes = lifecycleHooks
    .filter(isPauseHook)
    .map((hook) => (hook.timeoutConfiguration?.timeoutInMinutes ?? 0) * countRuns(hook, steps));
  const longest = Math.max(0, ...minutes);
  return longest > longestJobMinutes ? longest : undefined;
}

/** Returns a warning if a service has pause hooks, and its target does not let Gantry answer them (`pauseHooks` of the target). */
export const listPauseWarnings = (
  { lifecycleHooks = [] }: DeploymentSettings,
  pauseHooks: 'allow' | 'deny' | undefined,
): string[] =>
  pauseHooks === 'deny' && lifecycleHooks.some(isPauseHook)
    ? [
        "The service has pause hooks, and `gantry continue` cannot answer them: pauseHooks of the target is 'deny' in gantry.config.ts. Somebody who is allowed ecs:ContinueServiceDeployment must answer, or ECS takes the time-out action. To answer with Gantry, set pauseHooks to 'allow' and deploy Gantry again.",
      ]
    : [];

/**
 * Returns warnings about bake times and hooks of a service that do not fit into a release. `minutes`: how long the release can take, without the time
 * that it waits for a person.
 */
export function listStrategyWarnings(settings: DeploymentSettings, minutes: number): string[] {
  const bake = calculateTotalBakeMinutes(settings);
  const functions = sumFunctionMinutes(settings);
  const pause = findLongPause(settings);
  return [
    ...((settings.strategy ?? 'ROLLING') !== 'ROLLING' && bake >= minutes
      ? [
          `The bake times of the service's deployment configuration (${settings.strategy}) take ${formatCount(bake, 'minute')}, and this release has ${minutes}: it will fail at its deadline. Raise DeploymentTimeout, or shorten the bake times.`,
        ]
      : []),
    ...(bake < minutes && functions > 0 && bake + functions >= minutes
      ? [
          `The functions of the service's lifecycle hooks can take ${formatCount(functions, 'minute')} besides ${formatCount(bake, 'minute')} of bake time, and this release has ${minutes}. Raise DeploymentTimeout, or shorten the time-outs of the hooks.`,
        ]
      : []),
    ...(pause === undefined
      ? []
      : [
          `The service's pause hooks can wait for ${Math.round(pause / 60)} hours. If nobody answers within 23.5 hours, a pipeline's action fails, and Gantry goes on watching the deployment.`,
        ]),
  ];
}
