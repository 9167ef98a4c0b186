import type { SupersedingDeployment } from '../model/superseder.ts';
import type { Deployment } from '../rollout/observation.ts';
/**
 * Whether the service's state is final, or Roll Back must try again; undefined while ECS works on the rollback. `reportNow`: report the result immediately,
 * because the reason why the rollback does not succeed is known.
 */
export type RollbackFinding =
  | { outcome: 'settled'; back: boolean; sentence: string; supersededBy?: SupersedingDeployment }
  | { outcome: 'retry'; sentence: string; reportNow?: boolean };

export const createSettledFinding = (back: boolean, sentence: string): RollbackFinding & { outcome: 'settled' } => ({
  outcome: 'settled',
  back,
  sentence,
});

export const createRetryFinding = (sentence: string): RollbackFinding => ({ outcome: 'retry', sentence });

/** Whether a deployment is steady, according to its rollout state. If ECS shows no rollout state (behind a Classic Load Balancer), the task count decides. */
export const isDeploymentSteady = ({ rolloutState, running, desired }: Deployment): boolean =>
  rolloutState === undefined ? running >= desired : rolloutState === 'COMPLETED';
