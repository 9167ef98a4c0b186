import { parseRevisionName } from '../parsing/arn.ts';
import { findOurDeployment, type RolloutObservation } from '../rollout/observation.ts';

/** Whether ECS shows the rollout as complete, in its history. If the history has no entry of the rollout, the service decides. */
function isComplete(observation: RolloutObservation): boolean {
  const { serviceDeployment } = observation;
  if (serviceDeployment !== undefined) return serviceDeployment.status === 'SUCCESSFUL';
  const ours = findOurDeployment(observation);
  return ours?.status === 'PRIMARY' && ours.rolloutState === 'COMPLETED';
}

/**
 * Returns the reason not to roll back a rollout that was only late, if ECS completed it while Gantry waited for the lease or for AWS. `late`: the rollout
 * failed only because of its deadline. Undefined if the rollout must be rolled back.
 */
export const explainLateCompletion = (late: boolean, observation: RolloutObservation): string | undefined =>
  late && isComplete(observation)
    ? `ECS completed deployment ${observation.rollout.deploymentId} of ${parseRevisionName(observation.rollout.taskDefinition)} after the deadline.`
    : undefined;
