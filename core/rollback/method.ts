import type { RollBack } from '../model/states.ts';
import { revisionName } from '../parsing/arn.ts';
import { type Look, newerIn, oursIn } from '../rollout/observation.ts';

/** What is to be done to put the old revision back. */
export type RollBackDecision =
  | { do: 'stop'; serviceDeploymentArn: string }
  | { do: 'update'; taskDefinition: string }
  | { do: 'nothing'; why: string };

const nothing = (why: string): RollBackDecision => ({ do: 'nothing', why });

/** In these a service deployment can be stopped with ROLLBACK (developer guide, stop-service-deployment). */
const stoppable = ['PENDING', 'IN_PROGRESS', 'STOP_REQUESTED'];

const undoing = ['ROLLBACK_REQUESTED', 'ROLLBACK_IN_PROGRESS', 'ROLLBACK_SUCCESSFUL'];

/** Whether anything stands in the way of putting a revision back: a service that is gone, or a deployment that is not ours. */
function notOurs(look: Look, before: string): RollBackDecision | undefined {
  if (look.service.status !== 'ACTIVE') return nothing(`The service is ${look.service.status}.`);
  const newer = newerIn(look);
  if (newer === undefined) return undefined;
  if (newer.taskDefinition === before)
    return nothing(`Deployment ${newer.id} brings ${revisionName(before)} back already.`);
  return nothing(
    `Deployment ${newer.id} of ${revisionName(newer.taskDefinition)} began after ours and is not ours to undo.`,
  );
}

/** How to get back to the revision `before`: the way that ECS provides, else an update of the service. Never over a deployment that is not ours. */
export function decideRollBack(look: Look, before: string): RollBackDecision {
  const status = look.serviceDeployment?.status ?? '';
  if (undoing.includes(status)) return nothing('ECS is rolling back already.');
  const blocked = notOurs(look, before);
  if (blocked !== undefined) return blocked;
  if (look.serviceDeployment !== undefined && stoppable.includes(status))
    return { do: 'stop', serviceDeploymentArn: look.serviceDeployment.arn };
  if (look.rollout.taskDefinition === before)
    return nothing(`The service ran ${revisionName(before)} before, too: there is no other revision to go back to.`);
  if (oursIn(look) === undefined && look.service.taskDefinition === before)
    return nothing(`The service is on ${revisionName(before)} already.`);
  return { do: 'update', taskDefinition: before };
}

/** What Roll Back tells of what it did. `deploymentId`: of the deployment that an update started. */
export function rollBackOf(decision: RollBackDecision, deploymentId?: string): RollBack {
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
