import { recordFailedTask } from './circuit-breaker.ts';
import { addServiceEvent } from './events.ts';
import type { Ecs, EcsDeployment } from './state.ts';
import { throttleStarts } from './throttle-starts.ts';
import { wakeScheduler } from './wake-scheduler.ts';

/** ECS's own sentence for a role that it cannot assume. */
export const cannotAssumeRole = (role: string): string =>
  `ECS was unable to assume the role '${role}' that was provided for this task. Please verify that the role being passed ` +
  'has the proper trust relationship and permissions and that your IAM user has permissions to pass this role.';

/** Why no task of a deployment can be launched: its execution role is gone. Undefined where one can, and where no ECR is embedded that would ask for the role. */
export function findLaunchError(ecs: Ecs, { revision }: EcsDeployment): string | undefined {
  const role = revision.definition.executionRoleArn;
  if (role === undefined || !ecs.cloud.services.has('ecr') || ecs.cloud.iam.roles.has(role)) return undefined;
  return cannotAssumeRole(role);
}

/** ECS tries again after so long; later it slows down as for any failed start. AWS gives no number. Milliseconds. */
const retryMs = 5_000;

/** A launch that fails before there is a task: only the service's events and its count of failed tasks tell. */
export function failLaunch(ecs: Ecs, deployment: EcsDeployment, error: string): void {
  const { service } = deployment.serviceDeployment;
  addServiceEvent(ecs, service, `failed to launch a task with (error ${error}).`);
  recordFailedTask(deployment);
  throttleStarts(ecs, deployment);
  wakeScheduler(ecs, service, Math.max(deployment.notBefore, ecs.cloud.clock.now() + retryMs));
}
