import { partitionKey } from '../model/table-keys.ts';
import type { LedgerEntry } from './ledger.ts';

/**
 * The four figures of software delivery (dora.dev/guides/dora-metrics) over a span of the ledger. Left out where no deployment tells:
 * lead time where no commit's time is known, the others where nothing was deployed or nothing failed.
 */
export interface DeliveryMetrics {
  deploymentsPerWeek: number;
  /** From the commit to its deployment's end; the median, in seconds. */
  leadTimeSeconds?: number | undefined;
  /** Of the deployments that changed a service, the share that failed, or that somebody rolled back later; 0 to 1. */
  failureRate?: number | undefined;
  /** From the start of a failed deployment, or of the rollback of one that had seemed good, to the service's next good end; the median, in seconds. */
  secondsToRestore?: number | undefined;
}

/** An entry that is over. */
type CompletedEntry = LedgerEntry & { end: string };

const isCompleted = (entry: LedgerEntry): entry is CompletedEntry => entry.end !== undefined;

const weekMs = 7 * 24 * 3600 * 1000;

const isSuccessful = ({ result }: LedgerEntry): boolean => result === 'Succeeded';

/** A change for the worse or the better: an update that reached the service. What was refused before, or superseded, is neither. */
const isServiceChange = ({ kind, result, after }: LedgerEntry): boolean =>
  kind === 'deploy' &&
  (result === 'Succeeded' || ((result === 'Failed' || result === 'RolledBack') && after !== undefined));

const median = (values: number[]): number | undefined => {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
};

const secondsBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 1000;

const isSameService = (a: LedgerEntry, b: LedgerEntry): boolean => partitionKey(a.service) === partitionKey(b.service);

/** The rollback that took a deployment back which had ended well. */
const findRollbackOf = (entry: CompletedEntry, all: CompletedEntry[]): CompletedEntry | undefined =>
  all.find(
    (other) =>
      other.kind === 'rollback' &&
      isSuccessful(other) &&
      isSameService(other, entry) &&
      other.before === entry.after &&
      other.start >= entry.end,
  );

/** When a deployment turned out to be bad; undefined where it did not. */
function findFailureTime(entry: CompletedEntry, all: CompletedEntry[]): string | undefined {
  return isSuccessful(entry) ? findRollbackOf(entry, all)?.start : entry.start;
}

/** When the service was good again: at once where the old revision was put back, else with its next good end. */
function findRestoreTime(entry: CompletedEntry, broke: string, all: CompletedEntry[]): string | undefined {
  if (entry.result === 'RolledBack') return entry.end;
  const ends = all.filter((other) => isSameService(other, entry) && isSuccessful(other) && other.end > broke);
  return ends.map(({ end }) => end).sort()[0];
}

function timesToRestore(failed: CompletedEntry[], all: CompletedEntry[]): number[] {
  return failed.flatMap((entry) => {
    const broke = findFailureTime(entry, all);
    const restored = broke && findRestoreTime(entry, broke, all);
    return broke === undefined || !restored ? [] : secondsBetween(broke, restored);
  });
}

/** The figures of the deployments that ended in the span; one service's, or those of several together. Entries in any order. */
export function computeDeliveryMetrics(entries: LedgerEntry[], span: { from: Date; to: Date }): DeliveryMetrics {
  const all = entries.filter(isCompleted);
  const [from, to] = [span.from.toISOString(), span.to.toISOString()];
  const changes = all.filter((entry) => isServiceChange(entry) && entry.end >= from && entry.end <= to);
  const successes = changes.filter(isSuccessful);
  const failed = changes.filter((entry) => findFailureTime(entry, all) !== undefined);
  const leads = successes.flatMap(({ commit, end }) =>
    commit?.at === undefined ? [] : secondsBetween(commit.at, end),
  );
  const weeks = (span.to.getTime() - span.from.getTime()) / weekMs;
  return {
    deploymentsPerWeek: successes.length / weeks,
    leadTimeSeconds: median(leads),
    failureRate: changes.length === 0 ? undefined : failed.length / changes.length,
    secondsToRestore: median(timesToRestore(failed, all)),
  };
}
