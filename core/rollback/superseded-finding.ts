import { parseRevisionName } from '../parsing/arn.ts';
import type { Deployment, RolloutObservation } from '../rollout/observation.ts';
import { describeRevisionOrigin, formatDeploymentStarter } from '../rollout/starter.ts';
import { formatServiceStatus, toServiceStatus } from '../rollout/task-counts.ts';
import { createSettledFinding, type RollbackFinding } from './finding.ts';

/** A newer deployment took over. A rollback never replaces it. */
export function createSupersededFinding(observation: RolloutObservation, by: Deployment): RollbackFinding {
  const { superseder } = observation;
  const { id: deploymentId, taskDefinition, createdAt } = by;
  const who = `which ${formatDeploymentStarter(observation)} started at ${createdAt.toISOString()}`;
  const is = formatServiceStatus(toServiceStatus(observation.service));
  const sentence = `Deployment ${deploymentId} of ${parseRevisionName(taskDefinition)}, ${who}, took over: the service is on ${is}.${describeRevisionOrigin(observation)}`;
  const execution = typeof superseder === 'object' ? superseder.execution : undefined;
  return { ...createSettledFinding(false, sentence), supersededBy: { deploymentId, taskDefinition, execution } };
}
