import { invalidParameter } from './errors.ts';
import type { ServiceSettings } from './service-input.ts';
import { deploymentTasks } from './service-view.ts';
import type { EcsDeployment } from './state.ts';

/* What follows is by "Complete Amazon ECS rolling deployments early with early success criteria" (early-success-criteria in the ECS guide). */

/** Refuses criteria that ECS would refuse (botocore ecs DeploymentEarlySuccessCriteria). The words are ours: AWS publishes none. */
export function checkEarlySuccessCriteria({ deploymentConfiguration = {} }: ServiceSettings): void {
  const { earlySuccessCriteria: criteria, minimumHealthyPercent = 100 } = deploymentConfiguration;
  if (!criteria?.enable) return;
  const { healthyPercent, sourceServiceRevisionCleanup } = criteria;
  if (healthyPercent === undefined || sourceServiceRevisionCleanup === undefined)
    throw invalidParameter(
      'earlySuccessCriteria needs healthyPercent and sourceServiceRevisionCleanup when it is enabled.',
    );
  if (healthyPercent < minimumHealthyPercent)
    throw invalidParameter(
      `earlySuccessCriteria.healthyPercent ${healthyPercent} is below minimumHealthyPercent ${minimumHealthyPercent}.`,
    );
}

/** The criteria that a deployment may succeed by early. A way back has none here (AWS does not say): it waits until all is steady. */
const earlySuccessCriteria = ({ serviceDeployment }: EcsDeployment) => {
  const { earlySuccessCriteria: criteria } = serviceDeployment.service.settings.deploymentConfiguration ?? {};
  return criteria?.enable && serviceDeployment.rollback === undefined ? criteria : undefined;
};

/** Whether so many of the deployment's tasks are healthy that it may succeed early, once its alarms have been watched. The share is rounded up. */
export function meetsEarlySuccessCriteria(primary: EcsDeployment): boolean {
  const criteria = earlySuccessCriteria(primary);
  if (criteria === undefined) return false;
  const needed = Math.ceil((primary.serviceDeployment.service.desiredCount * (criteria.healthyPercent ?? 100)) / 100);
  const healthy = deploymentTasks(primary).filter((task) => task.healthy && task.desiredStatus === 'RUNNING');
  return healthy.length >= needed;
}

/** Whether one that has enough must wait until the tasks before it have gone. */
export const mustWaitForCleanup = (primary: EcsDeployment): boolean =>
  earlySuccessCriteria(primary)?.sourceServiceRevisionCleanup === 'BLOCKING' &&
  primary.serviceDeployment.service.deployments.length > 1;
