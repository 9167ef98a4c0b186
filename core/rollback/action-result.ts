import type { ContainerImage } from '../model/release.ts';
import type { ReleasePlan, RollbackActionResult } from '../model/state-data.ts';
import { parseRevisionName } from '../parsing/arn.ts';
import type { Deployment, RolloutObservation } from '../rollout/observation.ts';
import type { PastDeployment } from './deployment-history.ts';
import type { RollbackFacts } from './facts.ts';

/**
 * The action with which Roll Back restores the last known-good revision. `back`: the revision to restore; `by`: the deployment that already restores this
 * revision.
 */
export type RollbackAction =
  | { do: 'stop'; serviceDeploymentArn: string; back: string }
  | { do: 'update'; back: string; images: ContainerImage[]; force: boolean; note: string }
  | { do: 'nothing'; why: string; back?: string | undefined; by?: Deployment | undefined };

/**
 * The facts from which Roll Back decides: the failed rollout, the plan, and the service's past. `service`: its name in messages; `requested`: the revision
 * that Decide Rollback chose; `restoring`: the id of the deployment with which an earlier try began to restore that revision; `late`: the only fault of the
 * rollout was that it was not stable in time.
 */
export interface RollbackActionFacts extends Pick<RollbackFacts, 'deployments' | 'entries' | 'revisions'> {
  observation: RolloutObservation;
  plan: ReleasePlan;
  service: string;
  requested?: PastDeployment | undefined;
  restoring?: string | undefined;
  late?: boolean | undefined;
}

/** The deployment that an update started, and its revision. */
export interface StartedRestore {
  deploymentId?: string | undefined;
  startedAt?: Date | undefined;
  taskDefinition?: string | undefined;
  warnings?: string[] | undefined;
}

/** Returns the result that Roll Back reports. `update`: what an update started; `now`: the time of the result. */
export function createRollbackActionResult(
  action: RollbackAction,
  now: Date,
  update: StartedRestore = {},
): RollbackActionResult {
  const taskDefinition = update.taskDefinition ?? action.back;
  const common = { taskDefinition, at: now.toISOString() };
  switch (action.do) {
    case 'stop':
      return { ...common, did: 'stopped', sentence: 'Gantry stopped the deployment with ROLLBACK.' };
    case 'update': {
      const again = taskDefinition === action.back ? '' : `, as ${parseRevisionName(taskDefinition ?? '')}`;
      const sentence = `Gantry put the service back to ${parseRevisionName(action.back)}${again}.${action.note}`;
      const { deploymentId, startedAt, warnings } = update;
      return {
        ...common,
        did: 'updated',
        sentence,
        deploymentId,
        deploymentStartedAt: startedAt?.toISOString(),
        warnings,
      };
    }
    case 'nothing': {
      const { by, why } = action;
      const sentence = `Gantry left the service as it is. ${why}`;
      return {
        ...common,
        did: 'nothing',
        sentence,
        deploymentId: by?.id,
        deploymentStartedAt: by?.createdAt.toISOString(),
      };
    }
  }
}
