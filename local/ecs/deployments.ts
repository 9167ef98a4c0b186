import { startAlarms } from './alarms.ts';
import { change } from './change.ts';
import { threshold } from './circuit-breaker.ts';
import { deploymentEvent } from './events.ts';
import { finish } from './finish.ts';
import { digits, now } from './names.ts';
import type { Deployment, Ecs, EcsService, Revision, ServiceDeployment } from './state.ts';
import type { TaskDefinition } from './task-definition.ts';
import { wake } from './wake.ts';

const partOf = (service: EcsService, kind: string): string => service.arn.replace(':service/', `:${kind}/`);

/** What would run: a task definition under the service's settings of now. */
function revisionOf(ecs: Ecs, service: EcsService, definition: TaskDefinition): Revision {
  const arn = `${partOf(service, 'service-revision')}/${digits(ecs)}`;
  const { settings } = service;
  const revision = { arn, definition, settings, createdAt: now(ecs), digests: new Map<string, string>() };
  ecs.revisions.set(arn, { revision, service });
  return revision;
}

/** Puts a deployment of a revision in front; the one that was PRIMARY becomes ACTIVE and wants no tasks any more. */
export function putInFront(ecs: Ecs, of: ServiceDeployment, revision: Revision, reason?: string): Deployment {
  const { service } = of;
  const id = `ecs-svc/${digits(ecs)}`;
  for (const other of service.deployments) change(other, { status: 'ACTIVE', desiredCount: 0, updatedAt: now(ecs) });
  const deployment: Deployment = {
    id,
    status: 'PRIMARY',
    revision,
    of,
    desiredCount: service.desiredCount,
    failedTasks: 0,
    failedStarts: 0,
    healthyOnce: false,
    notBefore: 0,
    rolloutState: 'IN_PROGRESS',
    rolloutStateReason: reason ?? `ECS deployment ${id} in progress.`,
    createdAt: now(ecs),
    updatedAt: now(ecs),
  };
  service.deployments.unshift(deployment);
  deploymentEvent(ecs, deployment, 'SERVICE_DEPLOYMENT_IN_PROGRESS');
  return deployment;
}

/** Ends a service deployment that goes on, because a newer one takes its place. */
function supersede(ecs: Ecs, service: EcsService): void {
  const [going] = service.history;
  if (going === undefined || going.finishedAt !== undefined) return;
  finish(ecs, going, 'STOPPED');
  going.statusReason = 'A newer service deployment was started.';
}

const sourcesOf = (service: EcsService): ServiceDeployment['sources'] =>
  service.deployments.map(({ revision, desiredCount }) => ({ revision, requested: desiredCount }));

/** Starts a service deployment to a task definition under the service's settings of now, in place of any that goes on. */
export function startDeployment(ecs: Ecs, service: EcsService, definition: TaskDefinition): void {
  supersede(ecs, service);
  const { deploymentCircuitBreaker, alarms } = service.settings.deploymentConfiguration ?? {};
  const started: ServiceDeployment = {
    arn: `${partOf(service, 'service-deployment')}/${ecs.cloud.hex(21)}`,
    service,
    sources: sourcesOf(service),
    target: revisionOf(ecs, service, definition),
    status: 'PENDING',
    createdAt: now(ecs),
    updatedAt: now(ecs),
    breaker: {
      status: deploymentCircuitBreaker?.enable ? 'MONITORING' : 'DISABLED',
      failureCount: 0,
      threshold: threshold(service.desiredCount),
    },
    alarms: { status: alarms?.enable ? 'MONITORING' : 'DISABLED', names: alarms?.alarmNames ?? [], triggered: [] },
  };
  service.history.unshift(started);
  ecs.serviceDeployments.set(started.arn, started);
  putInFront(ecs, started, started.target);
  startAlarms(ecs, started);
  wake(ecs, service);
}
