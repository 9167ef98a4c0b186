import type { ReleasePlan } from '../model/state-data.ts';
import type { RollbackActionFacts } from './action-result.ts';
import { chooseKnownGoodRevision } from './choose-revision.ts';
import type { PastDeployment, RevisionsByCopy } from './deployment-history.ts';
import { findKnownGoodRevisions, type RollbackEvidence } from './known-good.ts';

/** Returns the failed deployment, whose revision our verdict marks as bad. A failed redeployment of the same revision does not mark it as bad. */
function findCondemned({ observation: { rollout, serviceDeployment, now }, plan, deployments }: RollbackActionFacts) {
  if (plan.before.taskDefinition === rollout.taskDefinition) return undefined;
  const known = deployments.find(({ arn }) => arn === serviceDeployment?.arn);
  const { taskDefinition } = rollout;
  return known ?? { arn: rollout.deploymentId, status: 'STOPPED', createdAt: now, taskDefinition, images: [] };
}

/** Returns the deployment that Check Target found PRIMARY and COMPLETED. */
function findChecked({ before }: ReleasePlan): PastDeployment | undefined {
  const { knownGood, startedAt, taskDefinition, deploymentId: arn } = before;
  if (!knownGood || startedAt === undefined) return undefined;
  return { arn, status: 'SUCCESSFUL', createdAt: new Date(startedAt), taskDefinition, images: [] };
}

/** Chooses the revision that Roll Back restores, from ECS's history, the ledger, the result of Check Target, and the verdict. */
export function chooseRevisionToRestore(facts: RollbackActionFacts, restores: RevisionsByCopy) {
  const { deployments, entries, plan, revisions } = facts;
  const evidence: RollbackEvidence = {
    deployments,
    entries,
    checked: findChecked(plan),
    condemned: findCondemned(facts),
  };
  return chooseKnownGoodRevision(findKnownGoodRevisions(evidence, restores).stack, revisions);
}
