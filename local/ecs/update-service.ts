import { isDeepStrictEqual } from 'node:util';
import type { Call, Operation } from '../cloud.ts';
import { defineOperation } from '../define-operation.ts';
import { clusterArn, ecsLocation, getCluster, getService, serviceArn } from './arns.ts';
import { checkDeploymentConfiguration } from './check-strategy.ts';
import { startServiceDeployment } from './deployments.ts';
import { invalidParameter, serviceNotActive } from './errors.ts';
import { publishServiceAction } from './events.ts';
import { mergeSettings, redeployingFields, type UpdateServiceInput, updateServiceSchema } from './service-input.ts';
import { recordSnapshot } from './service-snapshots.ts';
import { serviceView } from './service-view.ts';
import { getActiveTaskDefinition } from './services.ts';
import type { Ecs, EcsService } from './state.ts';
import { findTaskDefinition } from './task-definition-reads.ts';
import { wakeScheduler } from './wake-scheduler.ts';

/**
 * UpdateService resolves the revision before authorization, so that `ecs:task-definition` can be a condition key (since 21
 * March 2024).
 */
async function authorizeUpdate(ecs: Ecs, input: UpdateServiceInput, call: Call): Promise<string> {
  const place = ecsLocation(call);
  const cluster = clusterArn(place, input.cluster);
  const definition = input.taskDefinition && findTaskDefinition(ecs, call, input.taskDefinition)?.arn;
  await call.allow('ecs:UpdateService', serviceArn(place, cluster, input.service), {
    context: { 'ecs:cluster': cluster, ...(definition ? { 'ecs:task-definition': definition } : {}) },
  });
  return cluster;
}

const controllerAdvice: Record<string, string> = {
  CODE_DEPLOY: 'Use AWS CodeDeploy to trigger a new deployment.',
  EXTERNAL: 'Use CreateTaskSet to trigger a new deployment.',
};

const refuseOtherControllers = (service: EcsService, input: UpdateServiceInput): void => {
  const type = service.settings.deploymentController?.type ?? 'ECS';
  const on = `on services with a ${type} deployment controller. ${controllerAdvice[type]}`;
  if (type === 'ECS') return;
  if (input.taskDefinition !== undefined) throw invalidParameter(`Unable to update task definition ${on}`);
  if (input.forceNewDeployment) throw invalidParameter(`Cannot force a new deployment ${on}`);
};

const setDesiredCount = (ecs: Ecs, service: EcsService, desiredCount: number): void => {
  if (desiredCount === service.desiredCount) return;
  service.desiredCount = desiredCount;
  const [primary] = service.deployments;
  if (primary !== undefined) primary.desiredCount = desiredCount;
  publishServiceAction(ecs, service, 'SERVICE_DESIRED_COUNT_UPDATED');
};

/** UpdateService. If revision and settings are unchanged, a deployment starts only if it is forced. A new desired count alone never starts a deployment. */
export const updateService = (ecs: Ecs): Operation =>
  defineOperation(updateServiceSchema, async (input, call) => {
    const { cluster: _, service: name, taskDefinition, desiredCount, forceNewDeployment, ...given } = input;
    const service = getService(getCluster(ecs, await authorizeUpdate(ecs, input, call)), name);
    if (service.status !== 'ACTIVE') throw serviceNotActive();
    refuseOtherControllers(service, input);
    const running = service.deployments[0]?.revision.definition;
    const definition = taskDefinition === undefined ? running : getActiveTaskDefinition(ecs, call, taskDefinition);
    const before = service.settings;
    const after = mergeSettings(before, given);
    checkDeploymentConfiguration(after);
    service.settings = after;
    if (desiredCount !== undefined) setDesiredCount(ecs, service, desiredCount);
    const changed = redeployingFields.some((field) => !isDeepStrictEqual(before[field], service.settings[field]));
    if (definition !== undefined && (definition !== running || changed || forceNewDeployment))
      startServiceDeployment(ecs, service, definition);
    wakeScheduler(ecs, service);
    recordSnapshot(ecs, service);
    return { service: serviceView(ecs, service) };
  });
