import { invalidParameter } from './errors.ts';
import type { EcsServiceSettings } from './service-input.ts';
import { deploymentTasks } from './service-view.ts';
import type { EcsDeployment } from './state.ts';

/*
 * This file follows "Complete Amazon ECS rolling deployments early with early success criteria" (early-success-criteria in the
 * ECS guide).
 */

/** Rejects criteria that ECS would reject (botocore ecs DeploymentEarlySuccessCriteria). The wording is ours: AWS publishes none. */
export function checkEarlySuccessCriteria({ deploymentConfiguration = {} }: EcsServiceSettings): void {
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

/**
 * Returns the criteria for early success. In the emulator a rollback has no criteria, because AWS does not document any: it waits until all its tasks are
 * steady.
 */
const earlySuccessCriteria = ({ serviceDeployment }: EcsDeployment) => {
  const { earlySuccessCriteria: criteria } = serviceDeployment.service.settings.deploymentConfiguration ?? {};
  return criteria?.enable && serviceDeployment.rollback === undefined ? criteria : undefined;
};

/**
 * Whether enough of the deployment's tasks are healthy for early success. The early success follows after the monitoring of the deployment's alarms. The share
 * is rounded up.
 */
export function meetsEarlySuccessCriteria(primary: EcsDeployment): boolean {
  const criteria = earlySuccessCriteria(primary);
  if (criteria === undefined) return false;
  const needed = Math.ceil((primary.serviceDeployment.service.desiredCount * (criteria.healthyPercent ?? 100)) / 100);
  const healthy = deploymentTasks(primary).filter((task) => task.healthy && task.desiredStatus === 'RUNNING');
  return healthy.length >= needed;
}

/** Whether a deployment with enough healthy tasks must wait until the tasks of earlier deployments have stopped. */
export const mustWaitForCleanup = (primary: EcsDeployment): boolean =>
  earlySuccessCriteria(primary)?.sourceServiceRevisionCleanup === 'BLOCKING' &&
  primary.serviceDeployment.service.deployments.length > 1;
