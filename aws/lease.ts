import type { Target } from '../core/model/release.ts';
import type { Leasing } from '../core/model/states.ts';
import { leaseKey } from '../core/model/table-keys.ts';
import {
  type Asker,
  givenBack,
  isHeldBy,
  type Lease,
  lease,
  lost,
  newLease,
  nextLease,
  outlastsAWrite,
} from '../core/service/lease.ts';
import { type Condition, getItem, isUnavailable, putItem, type Unavailable, updateItem } from './dynamodb.ts';

/** The lease as it was read must still be the one that is there: of two that ask at once, one is refused. */
const unchanged = (found: Lease | undefined): Condition =>
  found === undefined
    ? { text: 'attribute_not_exists(pk)' }
    : {
        text: 'holder = :holder AND fence = :fence AND #until = :until',
        names: { '#until': 'until' },
        values: { ':holder': found.holder, ':fence': found.fence, ':until': found.until },
      };

const leaseOn = async (target: Target): Promise<Lease | undefined | Unavailable> => {
  const found = await getItem(leaseKey(target));
  if (found === undefined || isUnavailable(found)) return found;
  return lease.safeParse(found).data ?? { unavailable: 'the item in the place of the lease is none' };
};

/** Who had the lease last, or has it: an execution's ARN. Undefined where nobody had one, and where the table does not answer. */
export async function lastHolder(target: Target): Promise<string | undefined> {
  const found = await leaseOn(target);
  return isUnavailable(found) ? undefined : found?.holder;
}

/** What came of asking for the lease: the execution has it, or another one does. */
export type Asked = { took: Lease } | { held: Lease } | Unavailable;

/** Takes the lease on the target's service where it is free, or renews it; else answers the one that another execution holds. */
export async function takeLease(target: Target, asker: Asker): Promise<Asked> {
  const taken = await takeFree(target, asker);
  if (taken !== 'refused') return taken;
  const found = await leaseOn(target);
  return isUnavailable(found) ? found : takeFrom(target, found, asker);
}

/** In one call, as mostly: nobody has the lease, and it was not ours just before. */
async function takeFree(target: Target, asker: Asker): Promise<Asked | 'refused'> {
  const { holder, until } = newLease(asker);
  const taken = await updateItem(leaseKey(target), {
    update: 'SET holder = :me, #until = :until ADD fence :one',
    condition: 'attribute_not_exists(pk) OR (holder <> :me AND #until <= :now)',
    names: { '#until': 'until' },
    values: { ':me': holder, ':until': until, ':now': asker.now.toISOString(), ':one': 1 },
  });
  if (taken === 'refused' || isUnavailable(taken)) return taken;
  return { took: newLease(asker, lease.safeParse(taken.before).data) };
}

async function takeFrom(target: Target, found: Lease | undefined, asker: Asker): Promise<Asked> {
  const next = nextLease(found, asker);
  if (next === undefined) return found === undefined ? unreadable : { held: found };
  const written = await putItem(leaseKey(target), next, unchanged(found));
  if (isUnavailable(written)) return written;
  if (written === 'written') return { took: next };
  // Somebody wrote between our look and our write: another execution, or an earlier try of ours whose answer was lost.
  const winner = await leaseOn(target);
  if (winner === undefined) return unreadable;
  if (isUnavailable(winner)) return winner;
  return winner.holder === asker.execution ? { took: winner } : { held: winner };
}

const unreadable: Unavailable = { unavailable: 'the lease changed while it was read' };

/** The lease, where the execution took one and it is still its own. Throws RevisionOutOfSync where it was lost: nothing may be done after that. */
async function heldLease(
  target: Target,
  held: Leasing & { status: 'held' },
  { execution }: Asker,
): Promise<Lease | Unavailable> {
  const found = await leaseOn(target);
  if (isUnavailable(found)) return found;
  if (found === undefined || !isHeldBy(found, execution, held.fence)) throw lost(target.service, found?.holder);
  return found;
}

/** The same before a step that changes nothing of the service. Nobody takes a lease that has not run out (core/service/lease.ts), so until then there is nothing to ask. */
export async function ownLease(
  target: Target,
  held: Leasing | undefined,
  asker: Asker,
): Promise<Lease | undefined | Unavailable> {
  if (held?.status !== 'held') return undefined;
  const own: Lease = { holder: asker.execution, fence: held.fence, until: held.until };
  return outlastsAWrite(own, asker.now) ? own : heldLease(target, held, asker);
}

/** The same right before the service is changed, renewed where it would not last as long as that may take. Where the table cannot tell, the look at the service has to do. */
export async function keepLease(
  target: Target,
  held: Leasing | undefined,
  asker: Asker,
): Promise<Lease | undefined | Unavailable> {
  if (held?.status !== 'held') return undefined;
  const found = await heldLease(target, held, asker);
  if (isUnavailable(found) || outlastsAWrite(found, asker.now)) return found;
  const renewed = await takeFrom(target, found, asker);
  if ('held' in renewed) throw lost(target.service, renewed.held.holder);
  return isUnavailable(renewed) ? renewed : renewed.took;
}

/** Gives the lease back where it is still the execution's own; if the table does not answer, it runs out by itself. */
export async function giveBack(target: Target, held: Leasing | undefined, asker: Asker): Promise<void> {
  if (held?.status !== 'held') return;
  const own = { holder: asker.execution, fence: held.fence, until: held.until };
  const values = { ':holder': own.holder, ':fence': own.fence };
  await putItem(leaseKey(target), givenBack(own), { text: 'holder = :holder AND fence = :fence', values });
}

/** The same for an execution that died: nobody knows what it held. */
export async function giveBackOf(target: Target, dead: Asker): Promise<void> {
  const found = await leaseOn(target);
  if (found === undefined || isUnavailable(found) || found.holder !== dead.execution) return;
  await putItem(leaseKey(target), givenBack(found), unchanged(found));
}
