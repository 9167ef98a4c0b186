import type { RollbackResult } from '../model/state-data.ts';
import { revisionName } from '../parsing/arn.ts';
import { findNewerDeployment, findOurDeployment, type RolloutObservation } from '../rollout/observation.ts';

/** What is to be done to put the old revision back. */
export type RollbackAction =
  | { do: 'stop'; serviceDeploymentArn: string }
  | { do: 'update'; taskDefinition: string }
  | { do: 'nothing'; why: string };

const doNothing = (why: string): RollbackAction => ({ do: 'nothing', why });

/** In these a service deployment can be stopped with ROLLBACK (developer guide, stop-service-deployment). */
const stoppableStatuses = ['PENDING', 'IN_PROGRESS', 'STOP_REQUESTED'];

const rollbackStatuses = ['ROLLBACK_REQUESTED', 'ROLLBACK_IN_PROGRESS', 'ROLLBACK_SUCCESSFUL'];

/** Whether anything stands in the way of putting a revision back: a service that is gone, or a deployment that is not ours. */
function findBlocker(look: RolloutObservation, before: string): RollbackAction | undefined {
  if (look.service.status !== 'ACTIVE') return doNothing(`The service is ${look.service.status}.`);
  const newer = findNewerDeployment(look);
  if (newer === undefined) return undefined;
  if (newer.taskDefinition === before)
    return doNothing(`Deployment ${newer.id} brings ${revisionName(before)} back already.`);
  return doNothing(
    `Deployment ${newer.id} of ${revisionName(newer.taskDefinition)} began after ours and is not ours to undo.`,
  );
}

/** How to get back to the revision `before`: the way that ECS provides, else an update of the service. Never over a deployment that is not ours. */
export function decideRollbackAction(look: RolloutObservation, before: string): RollbackAction {
  const status = look.serviceDeployment?.status ?? '';
  if (rollbackStatuses.includes(status)) return doNothing('ECS is rolling back already.');
  const blocked = findBlocker(look, before);
  if (blocked !== undefined) return blocked;
  if (look.serviceDeployment !== undefined && stoppableStatuses.includes(status))
    return { do: 'stop', serviceDeploymentArn: look.serviceDeployment.arn };
  if (look.rollout.taskDefinition === before)
    return doNothing(`The service ran ${revisionName(before)} before, too: there is no other revision to go back to.`);
  if (findOurDeployment(look) === undefined && look.service.taskDefinition === before)
    return doNothing(`The service is on ${revisionName(before)} already.`);
  return { do: 'update', taskDefinition: before };
}

/** What Roll Back tells of what it did. `deploymentId`: of the deployment that an update started. */
export function createRollbackResult(decision: RollbackAction, deploymentId?: string): RollbackResult {
  switch (decision.do) {
    case 'stop':
      return { did: 'stopped', sentence: 'Gantry stopped the deployment with ROLLBACK.' };
    case 'update':
      return {
        did: 'updated',
        sentence: `Gantry put the service back to ${revisionName(decision.taskDefinition)}.`,
        deploymentId,
      };
    case 'nothing':
      return { did: 'nothing', sentence: `Gantry left the service as it is. ${decision.why}` };
  }
}
