import type { RollbackActionFacts } from './action-result.ts';

type Facts = Pick<RollbackActionFacts, 'observation' | 'deployments'>;

/** Whether our deployment is still the newest in ECS's history, and its rollback by ECS has this status. ECS's rollback has no history entry of its own. */
const isNewestAs = ({ observation, deployments }: Facts, status: string): boolean =>
  observation.serviceDeployment?.status === status && deployments[0]?.arn === observation.serviceDeployment.arn;

/** Whether ECS gave up its own rollback and nobody has deployed since. */
export const isEcsRollbackFailed = (facts: Facts): boolean => isNewestAs(facts, 'ROLLBACK_FAILED');

/**
 * Whether the newest deployment of the service is ECS's own, finished rollback. Only the entry of the failed deployment shows the end of this rollback. The
 * rollback has no entry of its own, and without an entry a deployment that shifts traffic never counts as stable.
 */
export const hasEcsRolledBack = (facts: Facts): boolean => isNewestAs(facts, 'ROLLBACK_SUCCESSFUL');
