import type { Target } from '../core/model/release.ts';
import type { LeaseState } from '../core/model/state-data.ts';
import { leaseKey } from '../core/model/table-keys.ts';
import { createLeaseLostFailure, extendLease, type LeaseRequester } from '../core/service/lease.ts';
import { isTableUnavailable, putItem } from './dynamodb.ts';
import { createUnchangedLeaseCondition, readHeldLease } from './lease.ts';

/**
 * Extends the execution's lease for a wait that is longer than a lease lasts. Throws RevisionOutOfSync if another execution has taken the lease. If the
 * table does not answer, returns: the next check tries again, and nobody can take the lease from the table either.
 */
export async function extendHeldLease(
  target: Target,
  held: LeaseState & { status: 'held' },
  requester: LeaseRequester,
  seconds: number,
): Promise<void> {
  const found = await readHeldLease(target, held, requester);
  if (isTableUnavailable(found)) return;
  const written = await putItem(
    leaseKey(target),
    extendLease(found, requester.now, seconds),
    createUnchangedLeaseCondition(found),
  );
  if (written !== 'refused') return;
  // Refused also if an earlier attempt of this write succeeded and its answer was lost.
  const now = await readHeldLease(target, held, requester);
  if (!isTableUnavailable(now) && now.holder !== requester.execution)
    throw createLeaseLostFailure(target.service, now.holder);
}
