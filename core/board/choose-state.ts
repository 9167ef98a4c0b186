import type { LedgerEntry } from '../reporting/ledger.ts';
import { isNewestDeploymentUnfinished } from '../rollout/rolling-out.ts';
import { isLeaseUnreleased } from '../service/lease.ts';
import type { CellState } from './cell-data.ts';
import type { ServiceObservation } from './observations.ts';
import { entriesOfObservation, findPrimaryOfObservation, findRunningEntry } from './running.ts';

/** Returns the execution (its ARN) that holds the lease on a service, as far as is known; undefined if the lease is free or its holder has ended. */
export function findLeaseHolder({
  table,
  execution,
}: ServiceObservation): { holder: string; until: string } | undefined {
  const lease = table.value?.lease;
  if (lease === undefined || !isLeaseUnreleased(lease)) return undefined;
  const holder = execution?.value;
  const hasEnded =
    (holder?.arn === lease.holder && holder.ended) ||
    (table.value?.entries ?? []).some((entry) => entry.execution === lease.holder && entry.end !== undefined);
  return hasEnded ? undefined : { holder: lease.holder, until: lease.until };
}

/** Whether the execution has ended since its ledger entry was read, so that the entry does not say yet how it ended. */
export function isResultUnread({ execution, table }: ServiceObservation): boolean {
  const { value, readAt: endReadAt = '' } = execution ?? {};
  const entry = table.value?.entries.find((one) => one.execution === value?.arn);
  return value?.ended === true && entry !== undefined && entry.end === undefined && (table.readAt ?? '') < endReadAt;
}

/** Whether a service is being changed: by Gantry, or by anybody. The board reads it more often then. */
export function isServiceBeingChanged(observation: ServiceObservation): boolean {
  const service = observation.service.value?.service;
  const hasFailed = findPrimaryOfObservation(observation)?.rolloutState === 'FAILED';
  return (
    findRunningEntry(observation) !== undefined ||
    findLeaseHolder(observation) !== undefined ||
    (service !== undefined && isNewestDeploymentUnfinished(service) && !hasFailed)
  );
}

/** A deployment that begins this long (in ms) after the end of an execution belongs to another one. */
const settledMs = 60_000;

/**
 * Returns the entry of the newest release or rollback, if it failed or was rolled back and nothing was deployed since. Ignores refused and superseded
 * releases, because they did not change the service.
 */
export function findFailedRelease(observation: ServiceObservation): LedgerEntry | undefined {
  const [newest] = entriesOfObservation(observation).filter(
    ({ after, result }) => after !== undefined && result !== 'Superseded',
  );
  const primary = findPrimaryOfObservation(observation);
  if (newest?.end === undefined || (newest.result !== 'Failed' && newest.result !== 'RolledBack')) return undefined;
  const over = Math.max(Date.parse(newest.end), Date.parse(newest.rollback?.end ?? newest.end)) + settledMs;
  return primary !== undefined && primary.createdAt.getTime() > over ? undefined : newest;
}

/** Returns the state of a cell. `waits`: whether the service waits for a person, a lease or an approval. */
export function chooseState(observation: ServiceObservation, waits: boolean): CellState {
  const { value, problem } = observation.service;
  if (value === undefined) return problem === undefined ? 'loading' : 'unreadable';
  if (value.service.status !== 'ACTIVE' || findPrimaryOfObservation(observation) === undefined) return 'missing';
  if (isServiceBeingChanged(observation)) return waits ? 'waiting' : 'in progress';
  if (waits) return 'waiting';
  const hasFailed =
    findFailedRelease(observation) !== undefined || findPrimaryOfObservation(observation)?.rolloutState === 'FAILED';
  return hasFailed ? 'failed' : 'at rest';
}
