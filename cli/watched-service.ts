import { createTargetEcsClient } from '../aws/ecs.ts';
import { listStoppedTasks, type StoppedTaskList } from '../aws/ecs-tasks.ts';
import { fallBackIfDenied } from '../aws/fall-back-if-denied.ts';
import { describeServiceDeployment, findServiceDeploymentArn } from '../aws/service-deployments.ts';
import type { Target } from '../core/model/release.ts';
import type { Rollout } from '../core/model/state-data.ts';
import type { ObservedService, ServiceDeployment } from '../core/rollout/observation.ts';
import { describeTargetService, viewerSession } from './service.ts';

/** The parts of a rollout that a person is allowed to read: the service, its stopped tasks and, if the rollout shifts traffic, its entry in ECS's history. */
export interface WatchedService {
  service: ObservedService;
  serviceDeployment?: ServiceDeployment | undefined;
  stoppedTasks: StoppedTaskList | 'denied';
}

/** Identifies the rollout to read. `known`: the stopped tasks that were read before. */
interface WatchedServiceQuery {
  rollout?: Rollout | undefined;
  serviceDeploymentArn?: string | undefined;
  known: Set<string>;
}

/** Reads a target's service and its rollout with the user's credentials. Throws a PermissionError only if the service itself cannot be read. */
export async function readWatchedService(
  target: Target,
  now: Date,
  { rollout, serviceDeploymentArn, known }: WatchedServiceQuery,
): Promise<WatchedService> {
  const service = await describeTargetService(target, now);
  if (rollout === undefined) return { service, stoppedTasks: { tasks: [], complete: true } };
  const client = await createTargetEcsClient(target, viewerSession, now);
  const { deploymentId } = rollout;
  const findEntry = async () => {
    const arn = serviceDeploymentArn ?? (await findServiceDeploymentArn(client, target, rollout));
    return arn === undefined ? undefined : describeServiceDeployment(client, arn);
  };
  const [serviceDeployment, stoppedTasks] = await Promise.all([
    service.shiftsTraffic ? fallBackIfDenied(findEntry(), undefined) : undefined,
    fallBackIfDenied(
      listStoppedTasks(client, target, { deploymentId, known, loadBalanced: service.loadBalanced }),
      'denied' as const,
    ),
  ]);
  return { service, serviceDeployment, stoppedTasks };
}
