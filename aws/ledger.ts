import { partitionOf } from '../core/model/table-keys.ts';
import { deploymentsFrom, type Entry, entry, expiryOf, keyOf } from '../core/reporting/ledger.ts';
import { isUnavailable, putItem, queryItems, type Unavailable } from './dynamodb.ts';

/** Writes an entry, unless it is complete already: what a retry writes is the same, and the first end that is written stays. */
export const writeEntry = (written: Entry): Promise<'written' | 'refused' | Unavailable> =>
  putItem(
    keyOf(written),
    { ...written, ...expiryOf(written) },
    { text: 'attribute_not_exists(#end)', names: { '#end': 'end' } },
  );

/** A service's entries, the newest first, so many at most. An item that is not an entry of ours is left out. */
export async function entriesOf(service: Entry['service'], limit: number): Promise<Entry[] | Unavailable> {
  const found = await queryItems(partitionOf(service), { from: deploymentsFrom(), to: deploymentsFrom('~'), limit });
  return isUnavailable(found) ? found : entriesIn(found);
}

/** The entry of an execution that began at about this time (within a second: the context object and the event round on their own). */
export async function entryBegunAt(
  service: Entry['service'],
  execution: string,
  start: Date,
): Promise<Entry | undefined> {
  const at = (ms: number): string => deploymentsFrom(new Date(start.getTime() + ms).toISOString());
  const found = await queryItems(partitionOf(service), { from: at(-1000), to: at(1000), limit: 100 });
  return isUnavailable(found) ? undefined : entriesIn(found).find((one) => one.execution === execution);
}

const entriesIn = (items: unknown[]): Entry[] => items.flatMap((item) => entry.safeParse(item).data ?? []);
