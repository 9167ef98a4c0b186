import { createTargetEcsClient, describeService } from '../aws/ecs.ts';
import { toObservedService } from '../aws/ecs-deployments.ts';
import { toFailure } from '../core/errors/aws-failure.ts';
import type { Target } from '../core/model/release.ts';
import type { ObservedService } from '../core/rollout/observation.ts';
import type { DeploymentTasks } from './watch-event.ts';

/** The name of the session in the target account, which CloudTrail shows: the command line reads without an execution. */
export const cliSessionName = 'gantry-command-line';

/** Describes the target's service with the user's credentials, by the target's role. Throws a PermissionError if the user cannot assume the role. */
export async function describeTargetService(target: Target, now: Date): Promise<ObservedService> {
  const doing = `reading the service ${target.service}`;
  try {
    return toObservedService(await describeService(await createTargetEcsClient(target, cliSessionName, now), target));
  } catch (error) {
    throw toFailure(error, doing);
  }
}

/** The tasks of each deployment of the service, newest first. */
export const tasksByDeployment = ({ deployments }: ObservedService): DeploymentTasks[] =>
  deployments.map(({ taskDefinition, status, desired, running, pending, failed }) => ({
    taskDefinition,
    status,
    desired,
    running,
    pending,
    failed,
  }));
