import { createTargetEcsClient, describeService } from '../aws/ecs.ts';
import { toObservedService } from '../aws/ecs-deployments.ts';
import { toFailure } from '../core/errors/aws-failure.ts';
import type { Target } from '../core/model/release.ts';
import type { ObservedService } from '../core/rollout/observation.ts';
import type { TargetSession } from '../core/service/session-policy.ts';
import type { DeploymentTasks } from './watch-event.ts';

/** The session in the target account. CloudTrail shows the session's name, which says that the command line reads without an execution. */
export const viewerSession: TargetSession = { execution: 'gantry-command-line', access: 'view' };

/** Describes the target's service with the user's credentials, by the target's viewer role. Throws a PermissionError if the user cannot assume that role. */
export async function describeTargetService(target: Target, now: Date): Promise<ObservedService> {
  const doing = `reading the service ${target.service}`;
  try {
    return toObservedService(await describeService(await createTargetEcsClient(target, viewerSession, now), target));
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
