import { formatExecutionSource } from '../model/execution-source.ts';
import { parseRevisionName } from '../parsing/arn.ts';
import type { LedgerEntry } from '../reporting/ledger.ts';
import type { ReleaseLine } from './data.ts';

/** Returns the name of an entry's service: the configured one, or `cluster/service`. */
export const nameOfEntry = ({ target, service }: LedgerEntry): string => target ?? `${service.cluster}/${service.name}`;

/**
 * Returns the id of an entry, which is unique on the board. The execution's ARN is not unique, because one event can start an execution for several
 * services.
 */
export const idOfEntry = (entry: LedgerEntry): string =>
  `${nameOfEntry(entry)}:${entry.kind}:${entry.execution.split(':').at(-1)}`;

const succeeded: (string | undefined)[] = ['Succeeded', 'Unchanged'];

/** Returns an entry of the ledger as a line, with the words of `gantry history`. */
export function toReleaseLine(entry: LedgerEntry): ReleaseLine {
  const { kind, result, start, end, source, commit, before, after, reason, rollback } = entry;
  const why = rollback?.sentence ?? reason;
  return {
    id: idOfEntry(entry),
    target: nameOfEntry(entry),
    kind,
    result,
    start,
    end,
    by: formatExecutionSource(source),
    asked: source.type === 'hand' ? source.reason : undefined,
    commit: commit && { id: commit.id, summary: commit.summary },
    before: before && parseRevisionName(before),
    after: after && parseRevisionName(after),
    reason: succeeded.includes(result) ? undefined : why?.split('\n')[0],
  };
}
