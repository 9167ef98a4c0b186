import type { StageProgress } from '../core/model/stage-progress.ts';
import type { Rollout } from '../core/model/state-data.ts';
import { isDeploymentOfRollout } from '../core/rollout/deployment-identity.ts';
import { markSteps } from '../core/rollout/mark-steps.ts';
import type { ServiceDeployment } from '../core/rollout/observation.ts';
import { trackStages } from '../core/rollout/track-stages.ts';
import { listDeploymentSteps } from '../core/service/deployment-steps.ts';
import { tasksByDeployment } from './service.ts';
import type { DeploymentProgress, DeploymentTasks } from './watch-event.ts';
import type { WatchedService } from './watched-service.ts';

/** Returns a deployment's production and test traffic. Our deployment has the new revision's traffic, and the newest other one has the rest. */
function trafficOf({ production, test, oldProduction }: ServiceDeployment, isOurs: boolean, isFirstOther: boolean) {
  if (isOurs)
    return {
      ...(production !== undefined && { traffic: production }),
      ...(test !== undefined && { testTraffic: test }),
    };
  return isFirstOther && oldProduction !== undefined ? { traffic: oldProduction } : {};
}

/** After one of these statuses, the weights of a deployment that is no longer the newest are out of date (botocore ecs `ServiceDeploymentStatus`). */
const endStatuses = ['SUCCESSFUL', 'STOPPED', 'ROLLBACK_SUCCESSFUL', 'ROLLBACK_FAILED'];

/** The tasks of each deployment of the service, newest first, with the traffic of each if ECS shifts it. */
export function tasksWithTraffic(
  { service, serviceDeployment }: WatchedService,
  rollout: Rollout | undefined,
): DeploymentTasks[] {
  const tasks = tasksByDeployment(service);
  const ours = service.deployments.findIndex((one) => rollout !== undefined && isDeploymentOfRollout(one, rollout));
  if (serviceDeployment === undefined || ours < 0) return tasks;
  const isReplaced = service.deployments[ours]?.status !== 'PRIMARY' && endStatuses.includes(serviceDeployment.status);
  if (isReplaced) return tasks;
  const firstOther = ours === 0 ? 1 : 0;
  return tasks.map((one, at) => ({ ...one, ...trafficOf(serviceDeployment, at === ours, at === firstOther) }));
}

/** Returns how far the rollout has come, for people and `--json`. Uses ECS's present data or, if there is none, the last data of the execution. */
export function describeProgress(
  tracked: StageProgress,
  serviceDeployment: ServiceDeployment | undefined,
): DeploymentProgress {
  const { since: _since, reached: _reached, failed: _failed, continued: _continued, ...progress } = tracked;
  const strategy = serviceDeployment?.strategy;
  const status = serviceDeployment?.status;
  const hasTestTraffic = (progress.test ?? 0) > 0 || progress.stage?.includes('TEST_TRAFFIC');
  const steps = strategy === undefined ? [] : listDeploymentSteps(strategy, hasTestTraffic);
  return {
    strategy: strategy?.strategy,
    status,
    ...progress,
    steps: markSteps(steps, tracked, status === 'SUCCESSFUL'),
  };
}

/** Returns how far the rollout has come at this poll; undefined for a rolling update. */
export const trackProgress = (
  { serviceDeployment }: Pick<WatchedService, 'serviceDeployment'>,
  earlier: StageProgress | undefined,
  now: Date,
): StageProgress | undefined => trackStages({ serviceDeployment, now }, earlier);
