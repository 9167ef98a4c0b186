import { getItem, isTableUnavailable } from '../../aws/dynamodb.ts';
import { readServiceItems } from '../../aws/ledger.ts';
import type { ServiceObservation } from '../../core/board/observations.ts';
import {
  entriesOfObservation,
  findEntryOfNewestDeployment,
  findPrimaryOfObservation,
} from '../../core/board/running.ts';
import { areEventsForwarded } from '../../core/config/targets.ts';
import { Failure } from '../../core/errors/failure.ts';
import { identifyService, taskTokensKey } from '../../core/model/table-keys.ts';
import type { LedgerEntry } from '../../core/reporting/ledger.ts';
import { findLastEventTime } from '../../core/waiting/sleeping-executions.ts';
import { intervals, type UnscheduledRead } from './board-read.ts';
import { type CollectorState, changeService, isMoving } from './state.ts';

export const tableKeyOf = (name: string): string => `table ${name}`;

/** The maximum number of entries of a service that the board keeps. This is more than a year of two deployments on every working day. */
const maxEntries = 1000;

/** An execution ends after 16 days at the latest (core/rollout/pause.ts). An older entry without an end never gets one. */
const longestExecutionMs = 16 * 24 * 3600_000;

/** Returns the start time from which entries are read again. Entries that have not ended can have changed, and so can the newest entry. */
function findStartToReread(entries: LedgerEntry[], now: Date): string | undefined {
  const isYoung = ({ start }: LedgerEntry): boolean => now.getTime() - Date.parse(start) < longestExecutionMs;
  const open = entries.filter((entry) => entry.end === undefined && isYoung(entry));
  return [...open, ...entries.slice(0, 1)].map(({ start }) => start).toSorted()[0];
}

const keyOf = ({ start, execution }: LedgerEntry): string => `${start} ${execution}`;

/**
 * Returns the entries, newest first, with the changed and new entries of a read. If nothing has changed, returns the same list, so that nothing is computed
 * again.
 */
export function mergeEntries(known: LedgerEntry[], read: LedgerEntry[]): LedgerEntry[] {
  const texts = new Map(known.slice(0, read.length + 1).map((entry) => [keyOf(entry), JSON.stringify(entry)]));
  if (read.every((entry) => texts.get(keyOf(entry)) === JSON.stringify(entry))) return known;
  const byKey = new Map([...known, ...read].map((entry) => [keyOf(entry), entry]));
  return [...byKey.values()].toSorted((a, b) => keyOf(b).localeCompare(keyOf(a))).slice(0, maxEntries);
}

async function readTable(state: CollectorState, { target }: ServiceObservation): Promise<void> {
  const known = state.services.get(target.name)?.table.value;
  const now = state.clock.now();
  const since = known && findStartToReread(known.entries, now);
  const found = await readServiceItems(identifyService(target), { since, limit: maxEntries });
  if (isTableUnavailable(found)) throw new Failure('SystemUnavailable', found.unavailable);
  const [newest] = found.entries;
  if (newest !== undefined) state.clock.observeTime(new Date(newest.end ?? newest.start));
  changeService(state, target.name, ({ table: { value } }) => ({
    table: {
      readAt: now.toISOString(),
      value: { ...value, entries: mergeEntries(value?.entries ?? [], found.entries), lease: found.lease },
    },
  }));
}

async function readLastEvent(state: CollectorState, { target }: ServiceObservation): Promise<void> {
  const item = await getItem(taskTokensKey(target));
  if (isTableUnavailable(item)) throw new Failure('SystemUnavailable', item.unavailable);
  const readAt = state.clock.now().toISOString();
  changeService(state, target.name, ({ table }) => ({
    table: { ...table, value: { entries: [], ...table.value, events: { last: findLastEventTime(item), readAt } } },
  }));
}

/** An event arrives within seconds. An event counts as missing only this time after a deployment, in ms. */
const eventPatienceMs = 150_000;

/** Whether the board should look for an event: Gantry made the newest deployment some minutes ago, and the board knows no event since then. */
function lacksEvent({ config, clock }: CollectorState, observation: ServiceObservation): boolean {
  const begun = findPrimaryOfObservation(observation)?.createdAt.getTime();
  const last = Date.parse(observation.table.value?.events?.last ?? new Date(0).toISOString());
  return (
    begun !== undefined &&
    areEventsForwarded(config, observation.target) &&
    findEntryOfNewestDeployment(observation) !== undefined &&
    last < begun &&
    clock.now().getTime() > begun + eventPatienceMs
  );
}

/** The reads of a service's items in the table: its ledger, its lease and, if an event could be missing, the time of its last event. */
export function listTableReads(state: CollectorState): UnscheduledRead[] {
  return [...state.services.values()].flatMap((observation) => {
    const { target } = observation;
    const fail = (problem: string): void =>
      changeService(state, target.name, ({ table }) => ({ table: { ...table, problem } }));
    const items = {
      key: tableKeyOf(target.name),
      calls: 1,
      intervalMs: isMoving(state, target) ? intervals.tableInMotion : intervals.tableAtRest,
      run: () => readTable(state, observation),
      fail,
    };
    const event = {
      key: `event ${target.name} ${findPrimaryOfObservation(observation)?.id}`,
      calls: 1,
      intervalMs: intervals.lateEvents,
      run: () => readLastEvent(state, observation),
      fail,
    };
    return lacksEvent(state, observation) ? [items, event] : [items];
  });
}

/** Returns the entries of a service that the board knows. */
export const knownEntries = ({ services }: CollectorState, name: string): LedgerEntry[] => {
  const known = services.get(name);
  return known === undefined ? [] : entriesOfObservation(known);
};
