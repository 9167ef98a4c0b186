import { isDeepStrictEqual } from 'node:util';
import { type Call, type Operation, operation } from '../service.ts';
import { startDeployment } from './deployments.ts';
import { checkEarlySuccess } from './early-success.ts';
import { invalid, serviceNotActive } from './errors.ts';
import { serviceAction } from './events.ts';
import { clusterArn, clusterAt, placeOf, serviceArn, serviceAt } from './names.ts';
import { deployed, merged, type UpdateServiceInput, updateServiceInput } from './service-input.ts';
import { serviceView } from './service-view.ts';
import { runnable } from './services.ts';
import type { Ecs, EcsService } from './state.ts';
import { findTaskDefinition } from './task-definition-reads.ts';
import { wake } from './wake.ts';

/** UpdateService resolves the revision before it is authorized, so that `ecs:task-definition` can be a condition (since 21 March 2024). */
async function allowUpdate(ecs: Ecs, input: UpdateServiceInput, call: Call): Promise<string> {
  const place = placeOf(call);
  const cluster = clusterArn(place, input.cluster);
  const definition = input.taskDefinition && findTaskDefinition(ecs, call, input.taskDefinition)?.arn;
  await call.allow('ecs:UpdateService', serviceArn(place, cluster, input.service), {
    context: { 'ecs:cluster': cluster, ...(definition ? { 'ecs:task-definition': definition } : {}) },
  });
  return cluster;
}

const controllerWords: Record<string, string> = {
  CODE_DEPLOY: 'Use AWS CodeDeploy to trigger a new deployment.',
  EXTERNAL: 'Use CreateTaskSet to trigger a new deployment.',
};

const refuseOtherControllers = (service: EcsService, input: UpdateServiceInput): void => {
  const type = service.settings.deploymentController?.type ?? 'ECS';
  const on = `on services with a ${type} deployment controller. ${controllerWords[type]}`;
  if (type === 'ECS') return;
  if (input.taskDefinition !== undefined) throw invalid(`Unable to update task definition ${on}`);
  if (input.forceNewDeployment) throw invalid(`Cannot force a new deployment ${on}`);
};

const setDesiredCount = (ecs: Ecs, service: EcsService, desiredCount: number): void => {
  if (desiredCount === service.desiredCount) return;
  service.desiredCount = desiredCount;
  const [primary] = service.deployments;
  if (primary !== undefined) primary.desiredCount = desiredCount;
  serviceAction(ecs, service, 'SERVICE_DESIRED_COUNT_UPDATED');
};

/** UpdateService. The same revision and settings start no deployment unless it is forced; a new count alone never does. */
export const updateService = (ecs: Ecs): Operation =>
  operation(updateServiceInput, async (input, call) => {
    const { cluster: _, service: name, taskDefinition, desiredCount, forceNewDeployment, ...given } = input;
    const service = serviceAt(clusterAt(ecs, await allowUpdate(ecs, input, call)), name);
    if (service.status !== 'ACTIVE') throw serviceNotActive();
    refuseOtherControllers(service, input);
    const running = service.deployments[0]?.revision.definition;
    const definition = taskDefinition === undefined ? running : runnable(ecs, call, taskDefinition);
    const before = service.settings;
    const after = merged(before, given);
    checkEarlySuccess(after);
    service.settings = after;
    if (desiredCount !== undefined) setDesiredCount(ecs, service, desiredCount);
    const changed = deployed.some((field) => !isDeepStrictEqual(before[field], service.settings[field]));
    if (definition !== undefined && (definition !== running || changed || forceNewDeployment))
      startDeployment(ecs, service, definition);
    wake(ecs, service);
    return { service: serviceView(service) };
  });
