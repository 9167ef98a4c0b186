import { describeService, ecsOf } from '../aws/ecs.ts';
import { serviceNow } from '../aws/ecs-deployments.ts';
import { failureOf } from '../core/errors/aws-failure.ts';
import type { Target } from '../core/model/release.ts';
import type { ServiceNow } from '../core/rollout/observation.ts';
import type { Tasks } from './happening.ts';

/** The name of the session in the target account, as CloudTrail shows it: nobody's execution, only a look. */
export const session = 'gantry-command-line';

/** The service as ECS shows it to the user, by the target's role. Throws PermissionError where the user may not assume that. */
export async function lookAtService(target: Target, now: Date): Promise<ServiceNow> {
  const doing = `looking at the service ${target.service}`;
  try {
    return serviceNow(await describeService(await ecsOf(target, session, now), target));
  } catch (error) {
    throw failureOf(error, doing);
  }
}

/** The tasks of each of its deployments, the newest first. */
export const tasksOf = ({ deployments }: ServiceNow): Tasks[] =>
  deployments.map(({ taskDefinition, status, desired, running, pending, failed }) => ({
    taskDefinition,
    status,
    desired,
    running,
    pending,
    failed,
  }));
