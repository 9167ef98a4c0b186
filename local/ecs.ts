import type { AwsService, Cloud } from './cloud.ts';
import { handleAlarmEvent } from './ecs/alarms.ts';
import { clusterOperations } from './ecs/clusters.ts';
import { continueServiceDeployment } from './ecs/continue-service-deployment.ts';
import type { NativeRollout } from './ecs/native-rollout.ts';
import { runScheduler } from './ecs/scheduler.ts';
import { serviceDeploymentOperations } from './ecs/service-deployments.ts';
import { describeServiceRevisions } from './ecs/service-revisions.ts';
import { recordSnapshot } from './ecs/service-snapshots.ts';
import { serviceView } from './ecs/service-view.ts';
import { serviceOperations } from './ecs/services.ts';
import type { Ecs, EcsService } from './ecs/state.ts';
import { stopServiceDeployment } from './ecs/stop-service-deployment.ts';
import { tagOperations } from './ecs/tags.ts';
import { taskDefinitionReadOperations } from './ecs/task-definition-reads.ts';
import { registerTaskDefinition } from './ecs/task-definitions.ts';
import { taskOperations } from './ecs/task-operations.ts';
import { updateService } from './ecs/update-service.ts';

const states = new WeakMap<Cloud, Ecs>();

const findService = (ecs: Ecs | undefined, arn: string): EcsService | undefined =>
  [...(ecs?.clusters.values() ?? [])]
    .flatMap((cluster) => [...cluster.services.values()])
    .find((service) => service.arn === arn);

/** Returns the current state of a service, which DescribeServices may show later; undefined if no service has this ARN. */
export function readCurrentService(cloud: Cloud, arn: string): Record<string, unknown> | undefined {
  const ecs = states.get(cloud);
  const found = findService(ecs, arn);
  return ecs && found && serviceView(ecs, found, ['TAGS']);
}

/** For a blue/green, linear or canary deployment: the traffic that its revision has now and the most that it had, in percent, and its hooks. */
const describeShift = ({ production, steps, step, hooks }: NativeRollout, revision: string) => ({
  weight: production.get(revision) ?? 0,
  reached: step === 0 ? 0 : (steps[step - 1] ?? 100),
  hooks,
});

/** Returns all service deployments of a service, newest first, including those that its history does not list. */
export const readServiceDeployments = (cloud: Cloud, arn: string) =>
  (findService(states.get(cloud), arn)?.serviceDeployments ?? []).map((each) => ({
    arn: each.arn,
    status: each.status,
    createdAt: each.createdAt,
    finishedAt: each.finishedAt,
    taskDefinition: each.target.definition.arn,
    rollbackStartedAt: each.rollback?.startedAt,
    shift: each.native && describeShift(each.native, each.target.arn),
  }));

/**
 * Sets the beginning of a service's history, in simulated milliseconds. ECS lists no deployment before 25 October 2024, and no deployment of a service behind a
 * Classic Load Balancer.
 */
export function beginHistoryAt(cloud: Cloud, arn: string, since: number): void {
  const found = findService(states.get(cloud), arn);
  if (found !== undefined) found.historySince = since;
}

/**
 * Lets RunTask place no task in a cluster, for a reason in AWS's wording (`RESOURCE:MEMORY`, or "Capacity is unavailable at this time. …"). A call without a
 * reason ends this.
 */
export function failPlacements(cloud: Cloud, cluster: string, reason?: string): void {
  const found = states.get(cloud)?.clusters.get(cluster);
  if (found !== undefined) found.placementFailure = reason;
}

/** The embedded ECS. Its rolling updates take simulated time, can fail, and report in AWS's own wording. */
export function ecs(cloud: Cloud): AwsService {
  const state: Ecs = {
    cloud,
    clusters: new Map(),
    families: new Map(),
    serviceDeployments: new Map(),
    serviceRevisions: new Map(),
    runScheduler(service) {
      runScheduler(state, service);
      recordSnapshot(state, service);
    },
  };
  states.set(cloud, state);
  cloud.eventListeners.push((event) => handleAlarmEvent(state, event));
  return {
    name: 'ecs',
    protocol: 'json',
    jsonVersion: '1.1',
    operations: {
      ...clusterOperations(state),
      ...serviceOperations(state),
      UpdateService: updateService(state),
      RegisterTaskDefinition: registerTaskDefinition(state),
      ...taskDefinitionReadOperations(state),
      ...taskOperations(state),
      ...serviceDeploymentOperations(state),
      DescribeServiceRevisions: describeServiceRevisions(state),
      ContinueServiceDeployment: continueServiceDeployment(state),
      StopServiceDeployment: stopServiceDeployment(state),
      ...tagOperations(state),
    },
  };
}
