import type { Target } from '../core/model/release.ts';
import type { LeaseState } from '../core/model/state-data.ts';
import { leaseKey } from '../core/model/table-keys.ts';
import {
  createLease,
  createLeaseLostFailure,
  decideLease,
  isLeaseHeldBy,
  isLeaseLongEnoughToWrite,
  type Lease,
  type LeaseRequester,
  leaseSchema,
} from '../core/service/lease.ts';
import {
  getItem,
  isTableUnavailable,
  putItem,
  type TableUnavailable,
  updateItem,
  type WriteCondition,
} from './dynamodb.ts';

/** The lease must still be as it was read. If two executions write at once, DynamoDB refuses one. */
export const createUnchangedLeaseCondition = (found: Lease | undefined): WriteCondition =>
  found === undefined
    ? { text: 'attribute_not_exists(pk)' }
    : {
        text: 'holder = :holder AND fence = :fence AND #until = :until',
        names: { '#until': 'until' },
        values: { ':holder': found.holder, ':fence': found.fence, ':until': found.until },
      };

/** Returns the lease on the target's service from the table; undefined if nobody has taken it yet. */
export const readLease = async (target: Target): Promise<Lease | undefined | TableUnavailable> => {
  const found = await getItem(leaseKey(target));
  if (found === undefined || isTableUnavailable(found)) return found;
  return leaseSchema.safeParse(found).data ?? { unavailable: 'the item under the key of the lease is not a lease' };
};

/** Returns the ARN of the execution that holds the lease or held it last. Undefined if there was none, or if the table does not answer. */
export async function tryReadLastLeaseHolder(target: Target): Promise<string | undefined> {
  const found = await readLease(target);
  return isTableUnavailable(found) ? undefined : found?.holder;
}

/** The result of an attempt to take the lease. `taken`: the execution holds it now. `held`: another execution holds it. */
export type TakeLeaseResult = { taken: Lease } | { held: Lease } | TableUnavailable;

/** Takes the lease on the target's service if it is free, or renews the execution's own; otherwise returns the lease that another execution holds. */
export async function takeLease(target: Target, requester: LeaseRequester): Promise<TakeLeaseResult> {
  const taken = await takeFreeLease(target, requester);
  if (taken !== 'refused') return taken;
  const found = await readLease(target);
  return isTableUnavailable(found) ? found : takeOverLease(target, found, requester);
}

/** Takes the lease in one call. This works in the usual case: no execution holds the lease, and the requester was not its last holder. */
async function takeFreeLease(target: Target, requester: LeaseRequester): Promise<TakeLeaseResult | 'refused'> {
  const { holder, until } = createLease(requester);
  const taken = await updateItem(leaseKey(target), {
    update: 'SET holder = :me, #until = :until REMOVE released ADD fence :one',
    condition: 'attribute_not_exists(pk) OR (holder <> :me AND #until <= :now)',
    names: { '#until': 'until' },
    values: { ':me': holder, ':until': until, ':now': requester.now.toISOString(), ':one': 1 },
  });
  if (taken === 'refused' || isTableUnavailable(taken)) return taken;
  return { taken: createLease(requester, leaseSchema.safeParse(taken.before).data) };
}

async function takeOverLease(
  target: Target,
  found: Lease | undefined,
  requester: LeaseRequester,
): Promise<TakeLeaseResult> {
  const next = decideLease(found, requester);
  if (next === undefined) return found === undefined ? leaseChangedMeanwhile : { held: found };
  const written = await putItem(leaseKey(target), next, createUnchangedLeaseCondition(found));
  if (isTableUnavailable(written)) return written;
  if (written === 'written') return { taken: next };
  // The lease changed between the read and the write: another execution took it, or an earlier attempt of this execution took it and the answer was lost.
  const winner = await readLease(target);
  if (winner === undefined) return leaseChangedMeanwhile;
  if (isTableUnavailable(winner)) return winner;
  return winner.holder === requester.execution ? { taken: winner } : { held: winner };
}

const leaseChangedMeanwhile: TableUnavailable = { unavailable: 'the lease changed while it was read' };

/**
 * Returns the execution's own lease. Throws RevisionOutOfSync if another execution has taken the lease, because this execution must then no longer
 * change the service.
 */
export async function readHeldLease(
  target: Target,
  held: LeaseState & { status: 'held' },
  { execution }: LeaseRequester,
): Promise<Lease | TableUnavailable> {
  const found = await readLease(target);
  if (isTableUnavailable(found)) return found;
  if (found === undefined || !isLeaseHeldBy(found, execution, held.fence))
    throw createLeaseLostFailure(target.service, found?.holder);
  return found;
}

/**
 * Like `readHeldLease`, for use before a step that does not change the service. No execution can take a lease that has not expired (core/service/lease.ts),
 * so this function reads the table only after the expiry.
 */
export async function assertLeaseHeld(
  target: Target,
  held: LeaseState | undefined,
  requester: LeaseRequester,
): Promise<Lease | undefined | TableUnavailable> {
  if (held?.status !== 'held') return undefined;
  const own: Lease = { holder: requester.execution, fence: held.fence, until: held.until };
  return isLeaseLongEnoughToWrite(own, requester.now) ? own : readHeldLease(target, held, requester);
}

/**
 * Like `readHeldLease`, for use right before a change of the service. Renews a lease that could expire during the change. `released`: whether the
 * lease had been released when it was read. If
 * the table does not answer, the caller relies on its check of the service.
 */
export async function assertAndRenewLease(
  target: Target,
  held: LeaseState | undefined,
  requester: LeaseRequester,
): Promise<Lease | undefined | TableUnavailable> {
  if (held?.status !== 'held') return undefined;
  const found = await readHeldLease(target, held, requester);
  if (isTableUnavailable(found) || isLeaseLongEnoughToWrite(found, requester.now)) return found;
  const renewed = await takeOverLease(target, found, requester);
  if ('held' in renewed) throw createLeaseLostFailure(target.service, renewed.held.holder);
  return isTableUnavailable(renewed) ? renewed : { ...renewed.taken, released: found.released };
}
