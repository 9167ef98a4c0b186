import { createTargetEcsClient, describeService } from '../aws/ecs.ts';
import type { Release } from '../core/model/release.ts';
import { formatCount } from '../core/parsing/count.ts';
import { type DeploymentStep, listDeploymentSteps } from '../core/service/deployment-steps.ts';
import { calculateTotalBakeMinutes } from '../core/service/traffic-steps.ts';
import { formatStep } from './progress-lines.ts';
import { viewerSession } from './service.ts';

/** How ECS would roll out a revision: the service's strategy, the steps, and the shortest time that the steps can take. */
export interface PlannedRollout {
  strategy: string;
  steps: DeploymentStep[];
  /** The sum of all bake times, of ECS and of Gantry. Tasks and hooks take additional time. */
  leastMinutes: number;
  /** Gantry's own bake time, after ECS's steps. */
  ownBakeMinutes: number;
}

/** Reads a service's deployment configuration, and returns how ECS would roll out a release; undefined if there is no such service. */
export async function planRollout(
  { target, bakeMinutes }: Pick<Release, 'target' | 'bakeMinutes'>,
  now: Date,
): Promise<PlannedRollout | undefined> {
  const service = await describeService(await createTargetEcsClient(target, viewerSession, now), target);
  if (typeof service === 'string') return undefined;
  const { deploymentConfiguration: settings = {}, loadBalancers = [] } = service;
  const strategy = settings.strategy ?? 'ROLLING';
  const hasTestTraffic = loadBalancers.some(({ advancedConfiguration }) => advancedConfiguration?.testListenerRule);
  // ECS's bake time of a rolling update is not included, because no document says that it delays the end of the deployment.
  const baking = strategy === 'ROLLING' ? 0 : calculateTotalBakeMinutes(settings);
  const steps = listDeploymentSteps(settings, hasTestTraffic);
  return { strategy, steps, leastMinutes: baking + bakeMinutes, ownBakeMinutes: bakeMinutes };
}

/** The steps as numbered lines, and the least time that they take. */
export function formatPlannedRollout({ strategy, steps, leastMinutes, ownBakeMinutes }: PlannedRollout): string[] {
  const own = ownBakeMinutes === 0 ? [] : [`Gantry watches alarms and tasks for ${ownBakeMinutes} min`];
  const lines = [...steps.map(formatStep), ...own].map((line, at) => `  ${at + 1}. ${line}`);
  const time =
    leastMinutes === 0
      ? 'It has no bake times: it takes as long as its tasks need to start.'
      : `The bake times take at least ${formatCount(leastMinutes, 'minute')}. Starting tasks and hooks take time besides.`;
  return [`Steps of the deployment (${strategy}):`, ...lines, time];
}
