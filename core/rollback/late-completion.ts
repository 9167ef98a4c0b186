import { parseRevisionName } from '../parsing/arn.ts';
import { findOurDeployment, type RolloutObservation } from '../rollout/observation.ts';

/** Whether ECS shows the rollout as complete: its history does or, if it has no entry of the rollout, the service. */
function isComplete(observation: RolloutObservation): boolean {
  const { serviceDeployment } = observation;
  if (serviceDeployment !== undefined) return serviceDeployment.status === 'SUCCESSFUL';
  const ours = findOurDeployment(observation);
  return ours?.status === 'PRIMARY' && ours.rolloutState === 'COMPLETED';
}

/**
 * Returns why a rollout is not rolled back: it was only late, and ECS has completed it while Gantry waited for the lease or for AWS. `late`: nothing
 * but its deadline failed it. Undefined if it is to be rolled back.
 */
export const explainLateCompletion = (late: boolean, observation: RolloutObservation): string | undefined =>
  late && isComplete(observation)
    ? `ECS completed deployment ${observation.rollout.deploymentId} of ${parseRevisionName(observation.rollout.taskDefinition)} after the deadline.`
    : undefined;
