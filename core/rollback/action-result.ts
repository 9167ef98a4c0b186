import type { ContainerImage } from '../model/release.ts';
import type { ReleasePlan, RollbackResult } from '../model/state-data.ts';
import { parseRevisionName } from '../parsing/arn.ts';
import type { RolloutObservation } from '../rollout/observation.ts';
import type { RollbackFacts } from './facts.ts';

/** The action with which Roll Back restores the last known-good revision. `back`: the revision to restore. */
export type RollbackAction =
  | { do: 'stop'; serviceDeploymentArn: string; back: string }
  | { do: 'update'; back: string; images: ContainerImage[]; force: boolean; note: string }
  | { do: 'nothing'; why: string; back?: string | undefined };

/** The facts from which Roll Back decides: the failed rollout, the plan, and the service's past. `service`: its name in messages. */
export interface RollbackActionFacts extends Pick<RollbackFacts, 'deployments' | 'entries' | 'revisions'> {
  observation: RolloutObservation;
  plan: ReleasePlan;
  service: string;
}

/** Returns the result that Roll Back reports. `update`: the deployment that an update started, and its revision. */
export function createRollbackResult(
  action: RollbackAction,
  update: { deploymentId?: string | undefined; taskDefinition?: string | undefined } = {},
): RollbackResult {
  const taskDefinition = update.taskDefinition ?? action.back;
  switch (action.do) {
    case 'stop':
      return { did: 'stopped', sentence: 'Gantry stopped the deployment with ROLLBACK.', taskDefinition };
    case 'update': {
      const again = taskDefinition === action.back ? '' : `, as ${parseRevisionName(taskDefinition ?? '')}`;
      const sentence = `Gantry put the service back to ${parseRevisionName(action.back)}${again}.${action.note}`;
      return { did: 'updated', sentence, deploymentId: update.deploymentId, taskDefinition };
    }
    case 'nothing':
      return { did: 'nothing', sentence: `Gantry left the service as it is. ${action.why}`, taskDefinition };
  }
}
