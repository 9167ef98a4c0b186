import { recordFailedTask } from './circuit-breaker.ts';
import { addServiceEvent } from './events.ts';
import type { Ecs, EcsDeployment } from './state.ts';
import { throttleStarts } from './throttle-starts.ts';
import { wakeScheduler } from './wake-scheduler.ts';

/** ECS's own sentence for a role that it cannot assume. */
export const cannotAssumeRole = (role: string): string =>
  `ECS was unable to assume the role '${role}' that was provided for this task. Please verify that the role being passed ` +
  'has the proper trust relationship and permissions and that your IAM user has permissions to pass this role.';

/**
 * Returns why no task of a deployment can be launched: its execution role does not exist. Undefined if a task can be launched. Also undefined if this cloud has
 * no ECR, because no task then needs the role.
 */
export function findLaunchError(ecs: Ecs, { revision }: EcsDeployment): string | undefined {
  const role = revision.definition.executionRoleArn;
  if (role === undefined || !ecs.cloud.services.has('ecr') || ecs.cloud.iam.roles.has(role)) return undefined;
  return cannotAssumeRole(role);
}

/** The time until ECS tries again, in ms. After several failures, the time grows as for any failed start. AWS documents no number. */
const retryMs = 5_000;

/** Handles a launch that fails before there is a task: only the service's events and its count of failed tasks show it. */
export function failLaunch(ecs: Ecs, deployment: EcsDeployment, error: string): void {
  const { service } = deployment.serviceDeployment;
  addServiceEvent(ecs, service, `failed to launch a task with (error ${error}).`);
  recordFailedTask(deployment);
  throttleStarts(ecs, deployment);
  wakeScheduler(ecs, service, Math.max(deployment.notBefore, ecs.cloud.clock.now() + retryMs));
}
