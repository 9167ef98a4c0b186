import type { LedgerEntry } from '../reporting/ledger.ts';
import {
  isSameRevisionAndImages,
  type PastDeployment,
  type RevisionEvidence,
  type RevisionsByCopy,
} from './deployment-history.ts';
import { isSuccessInLedger, listCheckedDeployments, listLedgerEvidence } from './ledger-evidence.ts';

/** Evidence about a service's past: ECS's history (90 days), the ledger (400 days), and the result of Check Target. */
export interface RollbackEvidence {
  /** Deployments of ECS's history, in any order and with any status. */
  deployments: PastDeployment[];
  /** The ledger's entries of the service, in any order; undefined if the table does not answer. */
  entries?: LedgerEntry[] | undefined;
  /** The deployment that was PRIMARY and COMPLETED when Check Target ran. */
  checked?: PastDeployment | undefined;
  /** A deployment that our verdict has just found to be bad, before the ledger records it. */
  condemned?: PastDeployment | undefined;
}

/** The known-good revisions, newest first, without duplicates. */
export interface KnownGoodRevisions {
  stack: PastDeployment[];
  /** Whether the newest known-good revision had run before: its deployment was itself a rollback or a redeployment. */
  returned: boolean;
}

/** Statuses with which ECS's own rollback shows that the revision of the deployment is bad (botocore ecs `ServiceDeploymentStatus`). */
const rolledBackStatuses = ['ROLLBACK_REQUESTED', 'ROLLBACK_IN_PROGRESS', 'ROLLBACK_SUCCESSFUL', 'ROLLBACK_FAILED'];

function toHistorySteps(past: PastDeployment): RevisionEvidence[] {
  if (past.status === 'SUCCESSFUL' && !past.idle) return [{ at: past.createdAt, kind: 'worked', past }];
  if (!rolledBackStatuses.includes(past.status)) return [];
  return [{ at: past.finishedAt ?? past.createdAt, kind: 'condemned', past }];
}

/** The largest difference between a deployment's start in the service's list and in its history, in ms. */
const maxSkewMs = 60_000;

/** Whether the history also contains the deployment that Check Target found; in that case the deployment counts once. */
const isSameSuccess = (past: PastDeployment, checked: PastDeployment): boolean =>
  past.status === 'SUCCESSFUL' &&
  !past.idle &&
  past.taskDefinition === checked.taskDefinition &&
  past.createdAt.getTime() >= checked.createdAt.getTime() - maxSkewMs;

/**
 * Returns the deployments that this or an earlier Check Target found PRIMARY and COMPLETED, without duplicates and without deployments that other
 * evidence contains.
 */
function listCheckedEvidence({ deployments, entries = [], checked }: RollbackEvidence): RevisionEvidence[] {
  const found = [...listCheckedDeployments(entries), ...(checked === undefined ? [] : [checked])].filter(
    (one) => !isSuccessInLedger(one, entries) && !deployments.some((past) => isSameSuccess(past, one)),
  );
  const byDeployment = new Map(found.map((one) => [`${one.taskDefinition} ${one.createdAt.toISOString()}`, one]));
  return [...byDeployment.values()].flatMap(toHistorySteps);
}

function listSteps(evidence: RollbackEvidence): RevisionEvidence[] {
  const { deployments, entries = [], condemned } = evidence;
  const steps = [
    ...deployments.flatMap(toHistorySteps),
    ...listLedgerEvidence(entries, deployments),
    ...listCheckedEvidence(evidence),
  ];
  const last: RevisionEvidence[] =
    condemned === undefined ? [] : [{ at: condemned.createdAt, kind: 'condemned', past: condemned }];
  return [...steps.toSorted((a, b) => a.at.getTime() - b.at.getTime()), ...last];
}

/**
 * Builds a stack from the evidence. A revision that worked is pushed. If the revision is already on the stack, everything above it is popped, so that two
 * rollbacks in a row go two steps back. A revision that was found to be bad is removed until it works again.
 */
export function findKnownGoodRevisions(evidence: RollbackEvidence, restores: RevisionsByCopy): KnownGoodRevisions {
  const stack: PastDeployment[] = [];
  let returned = false;
  for (const { kind, past } of listSteps(evidence)) {
    const at = stack.findIndex((one) => isSameRevisionAndImages(one, past, restores));
    if (kind === 'condemned') {
      if (at >= 0) stack.splice(at, 1);
      continue;
    }
    returned = at >= 0;
    stack.splice(returned ? at : stack.length, stack.length, past);
  }
  return { stack: stack.toReversed(), returned };
}

/** The known-good revisions that are older than `past`, newest first; all of them if `past` is not among them. */
export function findOlderKnownGoodDeployments(
  past: PastDeployment,
  { stack }: KnownGoodRevisions,
  restores: RevisionsByCopy,
): PastDeployment[] {
  const at = stack.findIndex((one) => isSameRevisionAndImages(one, past, restores));
  return stack.slice(at + 1);
}
