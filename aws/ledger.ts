import type { HookAnswer } from '../core/model/hook-answer.ts';
import { leaseSortKey, partitionKey } from '../core/model/table-keys.ts';
import {
  type LedgerEntry,
  ledgerEntryExpiry,
  ledgerEntryKey,
  ledgerEntrySchema,
  ledgerSortKey,
} from '../core/reporting/ledger.ts';
import { type Lease, leaseSchema } from '../core/service/lease.ts';
import { isTableUnavailable, putItem, queryNewestItems, type TableUnavailable, updateItem } from './dynamodb.ts';

/** Writes an entry unless the stored entry has an end already. So a retry is harmless, and the first recorded result stays. */
export const writeEntryUnlessEnded = (written: LedgerEntry): Promise<'written' | 'refused' | TableUnavailable> =>
  putItem(
    ledgerEntryKey(written),
    { ...written, ...ledgerEntryExpiry(written) },
    { text: 'attribute_not_exists(#end)', names: { '#end': 'end' } },
  );

/** Adds the final state of the service after a rollback to a complete entry. */
export const addRollbackEndToEntry = ({ rollback, ...entry }: LedgerEntry) =>
  updateItem(ledgerEntryKey(entry), {
    update: 'SET #rollback = :rollback',
    condition: 'attribute_exists(#end)',
    names: { '#rollback': 'rollback', '#end': 'end' },
    values: { ':rollback': rollback },
  });

/** Adds a person's answer at a pause hook to an entry that is not complete. */
export const addAnswerToEntry = (entry: LedgerEntry, answer: HookAnswer) =>
  updateItem(ledgerEntryKey(entry), {
    update: 'SET #answers = list_append(if_not_exists(#answers, :none), :answer)',
    condition: 'attribute_exists(pk) AND attribute_not_exists(#end)',
    names: { '#answers': 'answers', '#end': 'end' },
    values: { ':none': [], ':answer': [answer] },
  });

/** Returns at most `limit` entries of a service, newest first. Skips items that are not valid entries. */
export async function readLedgerEntries(
  service: LedgerEntry['service'],
  limit: number,
): Promise<LedgerEntry[] | TableUnavailable> {
  const found = await queryNewestItems(partitionKey(service), { from: ledgerSortKey(), to: ledgerSortKey('~'), limit });
  return isTableUnavailable(found) ? found : parseEntries(found);
}

/** Finds the entry of an execution by its start, with a tolerance of one second, because the context object and the event round the start differently. */
export async function findLedgerEntryByStart(
  service: LedgerEntry['service'],
  execution: string,
  start: Date,
): Promise<LedgerEntry | undefined> {
  const at = (ms: number): string => ledgerSortKey(new Date(start.getTime() + ms).toISOString());
  const found = await queryNewestItems(partitionKey(service), { from: at(-1000), to: at(1000), limit: 100 });
  return isTableUnavailable(found) ? undefined : parseEntries(found).find((one) => one.execution === execution);
}

/** The items of a service that the board shows: its ledger entries, newest first, and its lease. */
export interface ServiceItems {
  entries: LedgerEntry[];
  lease?: Lease | undefined;
}

/** Returns the lease of a service and its entries since a start time (all of them by default), at most `limit`, with one call for each MB. Skips items that are not valid. */
export async function readServiceItems(
  service: LedgerEntry['service'],
  { since = '', limit }: { since?: string | undefined; limit: number },
): Promise<ServiceItems | TableUnavailable> {
  const found = await queryNewestItems(partitionKey(service), { from: ledgerSortKey(since), to: leaseSortKey, limit });
  if (isTableUnavailable(found)) return found;
  return { entries: parseEntries(found), lease: found.flatMap((item) => leaseSchema.safeParse(item).data ?? [])[0] };
}

const parseEntries = (items: unknown[]): LedgerEntry[] =>
  items.flatMap((item) => ledgerEntrySchema.safeParse(item).data ?? []);
