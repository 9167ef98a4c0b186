import type { Target } from '../core/model/release.ts';
import type { LeaseState } from '../core/model/state-data.ts';
import { leaseKey } from '../core/model/table-keys.ts';
import {
  expireLeaseOfDeadExecution,
  isLeaseUnreleased,
  type LeaseRequester,
  markLeaseReleased,
} from '../core/service/lease.ts';
import { isTableUnavailable, putItem } from './dynamodb.ts';
import { createUnchangedLeaseCondition, readLease } from './lease.ts';

/**
 * Releases the lease if it is still the execution's own. `now`: the time after the last change of the service. If the table does not answer, the
 * lease expires by itself.
 */
export async function releaseLease(
  target: Target,
  held: LeaseState | undefined,
  requester: LeaseRequester,
): Promise<void> {
  if (held?.status !== 'held') return;
  const own = { holder: requester.execution, fence: held.fence, until: held.until };
  const values = { ':holder': own.holder, ':fence': own.fence };
  await putItem(leaseKey(target), markLeaseReleased(own, requester.now), {
    text: 'holder = :holder AND fence = :fence AND attribute_not_exists(released)',
    values,
  });
}

/** Releases the lease of an execution that ended without releasing it. Reads the table, because the lease that the execution held is unknown. */
export async function releaseLeaseOfDeadExecution(target: Target, dead: LeaseRequester): Promise<void> {
  const found = await readLease(target);
  if (found === undefined || isTableUnavailable(found) || found.holder !== dead.execution || !isLeaseUnreleased(found))
    return;
  await putItem(leaseKey(target), expireLeaseOfDeadExecution(found, dead.now), createUnchangedLeaseCondition(found));
}
