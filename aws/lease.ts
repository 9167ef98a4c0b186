import type { Target } from '../core/model/release.ts';
import type { LeaseState } from '../core/model/state-data.ts';
import { leaseKey } from '../core/model/table-keys.ts';
import {
  createLease,
  createLeaseLostFailure,
  decideLease,
  expireLease,
  isLeaseHeldBy,
  isLongEnoughToWrite,
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

/** The lease as it was read must still be the one that is there: of two that ask at once, one is refused. */
const unchangedCondition = (found: Lease | undefined): WriteCondition =>
  found === undefined
    ? { text: 'attribute_not_exists(pk)' }
    : {
        text: 'holder = :holder AND fence = :fence AND #until = :until',
        names: { '#until': 'until' },
        values: { ':holder': found.holder, ':fence': found.fence, ':until': found.until },
      };

const readLease = async (target: Target): Promise<Lease | undefined | TableUnavailable> => {
  const found = await getItem(leaseKey(target));
  if (found === undefined || isTableUnavailable(found)) return found;
  return leaseSchema.safeParse(found).data ?? { unavailable: 'the item in the place of the lease is none' };
};

/** Who had the lease last, or has it: an execution's ARN. Undefined where nobody had one, and where the table does not answer. */
export async function readLastHolder(target: Target): Promise<string | undefined> {
  const found = await readLease(target);
  return isTableUnavailable(found) ? undefined : found?.holder;
}

/** What came of asking for the lease: the execution has it, or another one does. */
export type TakeLeaseResult = { took: Lease } | { held: Lease } | TableUnavailable;

/** Takes the lease on the target's service where it is free, or renews it; else answers the one that another execution holds. */
export async function takeLease(target: Target, asker: LeaseRequester): Promise<TakeLeaseResult> {
  const taken = await takeFreeLease(target, asker);
  if (taken !== 'refused') return taken;
  const found = await readLease(target);
  return isTableUnavailable(found) ? found : takeOverLease(target, found, asker);
}

/** In one call, as mostly: nobody has the lease, and it was not ours just before. */
async function takeFreeLease(target: Target, asker: LeaseRequester): Promise<TakeLeaseResult | 'refused'> {
  const { holder, until } = createLease(asker);
  const taken = await updateItem(leaseKey(target), {
    update: 'SET holder = :me, #until = :until ADD fence :one',
    condition: 'attribute_not_exists(pk) OR (holder <> :me AND #until <= :now)',
    names: { '#until': 'until' },
    values: { ':me': holder, ':until': until, ':now': asker.now.toISOString(), ':one': 1 },
  });
  if (taken === 'refused' || isTableUnavailable(taken)) return taken;
  return { took: createLease(asker, leaseSchema.safeParse(taken.before).data) };
}

async function takeOverLease(
  target: Target,
  found: Lease | undefined,
  asker: LeaseRequester,
): Promise<TakeLeaseResult> {
  const next = decideLease(found, asker);
  if (next === undefined) return found === undefined ? leaseChangedMeanwhile : { held: found };
  const written = await putItem(leaseKey(target), next, unchangedCondition(found));
  if (isTableUnavailable(written)) return written;
  if (written === 'written') return { took: next };
  // Somebody wrote between our look and our write: another execution, or an earlier try of ours whose answer was lost.
  const winner = await readLease(target);
  if (winner === undefined) return leaseChangedMeanwhile;
  if (isTableUnavailable(winner)) return winner;
  return winner.holder === asker.execution ? { took: winner } : { held: winner };
}

const leaseChangedMeanwhile: TableUnavailable = { unavailable: 'the lease changed while it was read' };

/** The lease, where the execution took one and it is still its own. Throws RevisionOutOfSync where it was lost: nothing may be done after that. */
async function readHeldLease(
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

/** The same before a step that changes nothing of the service. Nobody takes a lease that has not run out (core/service/lease.ts), so until then there is nothing to ask. */
export async function assertLeaseHeld(
  target: Target,
  held: LeaseState | undefined,
  asker: LeaseRequester,
): Promise<Lease | undefined | TableUnavailable> {
  if (held?.status !== 'held') return undefined;
  const own: Lease = { holder: asker.execution, fence: held.fence, until: held.until };
  return isLongEnoughToWrite(own, asker.now) ? own : readHeldLease(target, held, asker);
}

/** The same right before the service is changed, renewed where it would not last as long as that may take. Where the table cannot tell, the look at the service has to do. */
export async function assertAndRenewLease(
  target: Target,
  held: LeaseState | undefined,
  asker: LeaseRequester,
): Promise<Lease | undefined | TableUnavailable> {
  if (held?.status !== 'held') return undefined;
  const found = await readHeldLease(target, held, asker);
  if (isTableUnavailable(found) || isLongEnoughToWrite(found, asker.now)) return found;
  const renewed = await takeOverLease(target, found, asker);
  if ('held' in renewed) throw createLeaseLostFailure(target.service, renewed.held.holder);
  return isTableUnavailable(renewed) ? renewed : renewed.took;
}

/** Gives the lease back where it is still the execution's own; if the table does not answer, it runs out by itself. */
export async function releaseLease(target: Target, held: LeaseState | undefined, asker: LeaseRequester): Promise<void> {
  if (held?.status !== 'held') return;
  const own = { holder: asker.execution, fence: held.fence, until: held.until };
  const values = { ':holder': own.holder, ':fence': own.fence };
  await putItem(leaseKey(target), expireLease(own), { text: 'holder = :holder AND fence = :fence', values });
}

/** The same for an execution that died: nobody knows what it held. */
export async function releaseLeaseOfDeadExecution(target: Target, dead: LeaseRequester): Promise<void> {
  const found = await readLease(target);
  if (found === undefined || isTableUnavailable(found) || found.holder !== dead.execution) return;
  await putItem(leaseKey(target), expireLease(found), unchangedCondition(found));
}
