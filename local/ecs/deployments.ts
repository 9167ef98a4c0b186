import { checkAlarmsAtStart } from './alarms.ts';
import { newNumericId, now } from './arns.ts';
import { assignFields } from './assign-fields.ts';
import { failedTaskThreshold, isBreakerUsed } from './circuit-breaker.ts';
import { publishDeploymentEvent } from './events.ts';
import { finishServiceDeployment } from './finish-service-deployment.ts';
import { createNativeRollout, isNativeStrategy } from './native-rollout.ts';
import type { Ecs, EcsDeployment, EcsService, EcsServiceDeployment, ServiceRevision } from './state.ts';
import type { EcsTaskDefinition } from './task-definition.ts';
import { wakeScheduler } from './wake-scheduler.ts';

const serviceChildArn = (service: EcsService, kind: string): string => service.arn.replace(':service/', `:${kind}/`);

/** Creates the revision to run: a task definition with the service's current settings. */
function createServiceRevision(ecs: Ecs, service: EcsService, definition: EcsTaskDefinition): ServiceRevision {
  const arn = `${serviceChildArn(service, 'service-revision')}/${newNumericId(ecs)}`;
  const { settings } = service;
  const revision = { arn, definition, settings, createdAt: now(ecs), digests: new Map<string, string>() };
  ecs.serviceRevisions.set(arn, { revision, service });
  return revision;
}

/** A deployment's id contains the number of its service revision (terraform-provider-aws, findPrimaryDeploymentARN). */
const deploymentId = ({ arn }: ServiceRevision): string => `ecs-svc/${arn.split('/').at(-1)}`;

/** Adds a deployment of a revision as PRIMARY; the previous PRIMARY becomes ACTIVE with a desired count of 0. */
export function addPrimaryDeployment(
  ecs: Ecs,
  of: EcsServiceDeployment,
  revision: ServiceRevision,
  named: { id?: string; reason?: string } = {},
): EcsDeployment {
  const { service } = of;
  const { id = deploymentId(revision), reason = `ECS deployment ${id} in progress.` } = named;
  // A deployment that shifts traffic keeps the tasks of earlier ones until its last stage.
  const kept = of.native === undefined ? { desiredCount: 0 } : {};
  for (const other of service.deployments) assignFields(other, { status: 'ACTIVE', ...kept, updatedAt: now(ecs) });
  const deployment: EcsDeployment = {
    id,
    status: 'PRIMARY',
    revision,
    serviceDeployment: of,
    desiredCount: service.desiredCount,
    failedTasks: 0,
    failedStarts: 0,
    countStopped: false,
    notBefore: 0,
    rolloutState: 'IN_PROGRESS',
    rolloutStateReason: reason,
    createdAt: now(ecs),
    updatedAt: now(ecs),
  };
  service.deployments.unshift(deployment);
  publishDeploymentEvent(ecs, deployment, 'SERVICE_DEPLOYMENT_IN_PROGRESS');
  return deployment;
}

/** Stops the service deployment in progress, because a newer deployment replaces it. */
function stopOngoingDeployment(ecs: Ecs, service: EcsService): void {
  const [ongoing] = service.serviceDeployments;
  if (ongoing === undefined || ongoing.finishedAt !== undefined) return;
  finishServiceDeployment(ecs, ongoing, 'STOPPED');
  ongoing.statusReason = 'A newer service deployment was started.';
}

const sourceRevisions = (service: EcsService): EcsServiceDeployment['sources'] =>
  service.deployments.map(({ revision, desiredCount }) => ({ revision, requested: desiredCount }));

/**
 * Returns the production traffic of a service's revisions. If the previous deployment shifted traffic, returns its weights. Otherwise one revision has all
 * traffic.
 */
function currentTraffic(service: EcsService): Map<string, number> {
  const shifted = [...(service.serviceDeployments[0]?.native?.production ?? [])].filter(([, weight]) => weight > 0);
  const only = service.lastCompleted?.revision ?? service.deployments[0]?.revision;
  if (shifted.length > 0) return new Map(shifted);
  return new Map(only === undefined ? [] : [[only.arn, 100]]);
}

/** Returns the state of a deployment that shifts traffic; nothing for a rolling update. */
const nativeRollout = (service: EcsService): Pick<EcsServiceDeployment, 'native'> =>
  isNativeStrategy(service.settings.deploymentConfiguration ?? {})
    ? {
        native: createNativeRollout(service.settings, {
          production: currentTraffic(service),
          sources: service.deployments.length,
        }),
      }
    : {};

/** Starts a service deployment to a task definition with the service's current settings. It replaces a deployment in progress. */
export function startServiceDeployment(ecs: Ecs, service: EcsService, definition: EcsTaskDefinition): void {
  stopOngoingDeployment(ecs, service);
  const { deploymentCircuitBreaker, alarms } = service.settings.deploymentConfiguration ?? {};
  const started: EcsServiceDeployment = {
    arn: `${serviceChildArn(service, 'service-deployment')}/${ecs.cloud.hex(21)}`,
    service,
    sources: sourceRevisions(service),
    target: createServiceRevision(ecs, service, definition),
    status: 'PENDING',
    createdAt: now(ecs),
    updatedAt: now(ecs),
    circuitBreaker: {
      status: deploymentCircuitBreaker?.enable && isBreakerUsed(ecs, service) ? 'MONITORING' : 'DISABLED',
      failureCount: 0,
      threshold: failedTaskThreshold(service),
    },
    alarms: { status: alarms?.enable ? 'MONITORING' : 'DISABLED', names: alarms?.alarmNames ?? [], triggered: [] },
    ...nativeRollout(service),
  };
  service.serviceDeployments.unshift(started);
  ecs.serviceDeployments.set(started.arn, started);
  addPrimaryDeployment(ecs, started, started.target);
  checkAlarmsAtStart(ecs, started);
  wakeScheduler(ecs, service);
}
