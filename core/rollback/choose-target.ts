import type { ReleasePlan } from '../model/state-data.ts';
import type { RollbackActionFacts } from './action-result.ts';
import { chooseKnownGood } from './choose-revision.ts';
import type { OriginalRevisions, PastDeployment } from './deployment-history.ts';
import { findKnownGoodRevisions, type RollbackEvidence } from './known-good.ts';

/** The failed rollout, which our verdict condemns; a redeployment of the same revision condemns nothing. */
function findCondemned({ look: { rollout, serviceDeployment, now }, plan, deployments }: RollbackActionFacts) {
  if (plan.before.taskDefinition === rollout.taskDefinition) return undefined;
  const known = deployments.find(({ arn }) => arn === serviceDeployment?.arn);
  const { taskDefinition } = rollout;
  return known ?? { arn: rollout.deploymentId, status: 'STOPPED', createdAt: now, taskDefinition, images: [] };
}

/** The deployment that Check Target found PRIMARY and COMPLETED. */
function findChecked({ before }: ReleasePlan): PastDeployment | undefined {
  const { knownGood, startedAt, taskDefinition, deploymentId: arn } = before;
  if (!knownGood || startedAt === undefined) return undefined;
  return { arn, status: 'SUCCESSFUL', createdAt: new Date(startedAt), taskDefinition, images: [] };
}

/** The revision that Roll Back restores, by ECS's history, the ledger, the result of Check Target, and the verdict. */
export function chooseRollbackTarget(facts: RollbackActionFacts, restores: OriginalRevisions) {
  const { deployments, entries, plan, revisions } = facts;
  const evidence: RollbackEvidence = {
    deployments,
    entries,
    checked: findChecked(plan),
    condemned: findCondemned(facts),
  };
  return chooseKnownGood(findKnownGoodRevisions(evidence, restores).stack, revisions);
}
