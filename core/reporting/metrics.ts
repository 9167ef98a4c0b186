import { partitionOf } from '../model/table-keys.ts';
import type { Entry } from './ledger.ts';

/**
 * The four figures of software delivery (dora.dev/guides/dora-metrics) over a span of the ledger. Left out where no deployment tells:
 * lead time where no commit's time is known, the others where nothing was deployed or nothing failed.
 */
export interface Figures {
  deploymentsPerWeek: number;
  /** From the commit to its deployment's end; the median, in seconds. */
  leadTimeSeconds?: number | undefined;
  /** Of the deployments that changed a service, the share that failed, or that somebody rolled back later; 0 to 1. */
  failureRate?: number | undefined;
  /** From the start of a failed deployment, or of the rollback of one that had seemed good, to the service's next good end; the median, in seconds. */
  secondsToRestore?: number | undefined;
}

/** An entry that is over. */
type Ended = Entry & { end: string };

const isOver = (entry: Entry): entry is Ended => entry.end !== undefined;

const weekMs = 7 * 24 * 3600 * 1000;

const good = ({ result }: Entry): boolean => result === 'Succeeded';

/** A change for the worse or the better: an update that reached the service. What was refused before, or superseded, is neither. */
const changed = ({ kind, result, after }: Entry): boolean =>
  kind === 'deploy' &&
  (result === 'Succeeded' || ((result === 'Failed' || result === 'RolledBack') && after !== undefined));

const median = (values: number[]): number | undefined => {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
};

const seconds = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 1000;

const sameService = (a: Entry, b: Entry): boolean => partitionOf(a.service) === partitionOf(b.service);

/** The rollback that took a deployment back which had ended well. */
const undoing = (entry: Ended, all: Ended[]): Ended | undefined =>
  all.find(
    (other) =>
      other.kind === 'rollback' &&
      good(other) &&
      sameService(other, entry) &&
      other.before === entry.after &&
      other.start >= entry.end,
  );

/** When a deployment turned out to be bad; undefined where it did not. */
function brokeAt(entry: Ended, all: Ended[]): string | undefined {
  return good(entry) ? undoing(entry, all)?.start : entry.start;
}

/** When the service was good again: at once where the old revision was put back, else with its next good end. */
function restoredAt(entry: Ended, broke: string, all: Ended[]): string | undefined {
  if (entry.result === 'RolledBack') return entry.end;
  const ends = all.filter((other) => sameService(other, entry) && good(other) && other.end > broke);
  return ends.map(({ end }) => end).sort()[0];
}

function restoreTimes(failed: Ended[], all: Ended[]): number[] {
  return failed.flatMap((entry) => {
    const broke = brokeAt(entry, all);
    const restored = broke && restoredAt(entry, broke, all);
    return broke === undefined || !restored ? [] : seconds(broke, restored);
  });
}

/** The figures of the deployments that ended in the span; one service's, or those of several together. Entries in any order. */
export function figuresOf(entries: Entry[], span: { from: Date; to: Date }): Figures {
  const all = entries.filter(isOver);
  const [from, to] = [span.from.toISOString(), span.to.toISOString()];
  const changes = all.filter((entry) => changed(entry) && entry.end >= from && entry.end <= to);
  const successes = changes.filter(good);
  const failed = changes.filter((entry) => brokeAt(entry, all) !== undefined);
  const leads = successes.flatMap(({ commit, end }) => (commit?.at === undefined ? [] : seconds(commit.at, end)));
  const weeks = (span.to.getTime() - span.from.getTime()) / weekMs;
  return {
    deploymentsPerWeek: successes.length / weeks,
    leadTimeSeconds: median(leads),
    failureRate: changes.length === 0 ? undefined : failed.length / changes.length,
    secondsToRestore: median(restoreTimes(failed, all)),
  };
}
