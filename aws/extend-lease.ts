import type { Target } from '../core/model/release.ts';
import type { LeaseState } from '../core/model/state-data.ts';
import { leaseKey } from '../core/model/table-keys.ts';
import { createLeaseLostFailure, extendLease, type LeaseRequester } from '../core/service/lease.ts';
import { isTableUnavailable, putItem } from './dynamodb.ts';
import { createUnchangedLeaseCondition, readHeldLease } from './lease.ts';

/**
 * Extends the execution's lease for a wait that is longer than a lease. Throws RevisionOutOfSync if another execution has taken the lease. If the table does
 * not answer, returns without an error: the next check tries again, and no other execution can take the lease while the table does not answer.
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
  // The write is also refused if its earlier attempt succeeded and the answer was lost.
  const now = await readHeldLease(target, held, requester);
  if (!isTableUnavailable(now) && now.holder !== requester.execution)
    throw createLeaseLostFailure(target.service, now.holder);
}
