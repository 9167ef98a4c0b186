import type { Superseder } from '../model/superseder.ts';
import type { Deployment } from '../rollout/observation.ts';
import type { LedgerEntry } from './ledger.ts';
import { wasRunningAt } from './running-at.ts';

/** A deployment that is newer than ours, and what its revision shows. */
export interface NewerDeployment {
  deployment: Deployment;
  /** The execution (its ARN) that registered the revision, by the revision's tag. */
  registeredBy?: string | undefined;
  /** The images of the revision's containers, if they could be read. */
  images?: string[] | undefined;
}

/** Whether an execution that has not recorded its revision yet deploys an existing one: a rollback restores it, and a release without a copy brings exactly its images. */
function deploysUnchanged({ kind, base, after, images }: LedgerEntry, newer: NewerDeployment): boolean {
  if (after !== undefined || base !== newer.deployment.taskDefinition) return false;
  return kind === 'rollback' || (images.length > 0 && images.every(({ pinned }) => newer.images?.includes(pinned)));
}

/**
 * Returns the other execution of Gantry that started a newer deployment of the service, from the service's ledger entries. It ran when the deployment
 * began, and registered or requested the revision. The tag alone proves nothing: anybody can deploy a revision that Gantry registered. Undefined if
 * no entry fits, so somebody else started the deployment.
 */
export function findSuperseder(newer: NewerDeployment, entries: LedgerEntry[], ours: string): Superseder | undefined {
  const { createdAt, taskDefinition } = newer.deployment;
  const others = entries.filter((entry) => entry.execution !== ours && wasRunningAt(entry, createdAt));
  const found =
    others.find(({ execution }) => execution === newer.registeredBy) ??
    others.find(({ after }) => after === taskDefinition) ??
    others.find((entry) => deploysUnchanged(entry, newer));
  return found && { execution: found.execution, kind: found.kind };
}
