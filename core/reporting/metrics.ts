import { partitionKey } from '../model/table-keys.ts';
import type { LedgerEntry } from './ledger.ts';

/**
 * The four metrics of software delivery (dora.dev/guides/dora-metrics) over a span of the ledger. A metric without data is absent. The lead time is absent
 * if no commit's time is known. The others are absent if nothing was deployed or nothing failed.
 */
export interface DoraMetrics {
  deploymentsPerWeek: number;
  /** The median time from a commit to the end of its deployment, in seconds. */
  leadTimeSeconds?: number | undefined;
  /** The share of failed deployments among all deployments that changed a service, 0 to 1. A deployment that somebody rolled back later has failed. */
  failureRate?: number | undefined;
  /**
   * The median time to restore, in seconds. It begins with the failed deployment, or with the rollback of a deployment that had succeeded, and ends
   * when the service works again.
   */
  secondsToRestore?: number | undefined;
}

/** An entry of a deployment that has ended. */
export type CompletedEntry = LedgerEntry & { end: string };

/** Whether an entry's deployment has ended. */
export const isCompletedEntry = (entry: LedgerEntry): entry is CompletedEntry => entry.end !== undefined;

const weekMs = 7 * 24 * 3600 * 1000;

const isSuccessful = ({ result }: LedgerEntry): boolean => result === 'Succeeded';

/** Whether an update reached the service. A deployment that was refused before its update, or superseded, does not count as a change. */
export const isServiceChange = ({ kind, result, after }: LedgerEntry): boolean =>
  kind === 'deploy' &&
  (result === 'Succeeded' || ((result === 'Failed' || result === 'RolledBack') && after !== undefined));

export const median = (values: number[]): number | undefined => {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
};

const secondsBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 1000;

/** Returns the time from the commit to the end of its deployment, in seconds; undefined if one of them is not known. */
export const calculateLeadSeconds = ({ commit, end }: LedgerEntry): number | undefined =>
  commit?.at === undefined || end === undefined ? undefined : secondsBetween(commit.at, end);

const isSameService = (a: LedgerEntry, b: LedgerEntry): boolean => partitionKey(a.service) === partitionKey(b.service);

/** Returns the later rollback of a deployment that had succeeded. */
const findRollbackOf = (entry: CompletedEntry, all: CompletedEntry[]): CompletedEntry | undefined =>
  all.find(
    (other) =>
      other.kind === 'rollback' &&
      isSuccessful(other) &&
      other.before === entry.after &&
      other.start >= entry.end &&
      isSameService(other, entry),
  );

/** Returns when a deployment was found to be bad; undefined if it was not. */
export function findFailureTime(entry: CompletedEntry, all: CompletedEntry[]): string | undefined {
  return isSuccessful(entry) ? findRollbackOf(entry, all)?.start : entry.start;
}

/**
 * Returns when the service worked again: at the deployment's end if its own rollback restored the service, otherwise at the end of the next
 * successful deployment.
 */
export function findRestoreTime(entry: CompletedEntry, broke: string, all: CompletedEntry[]): string | undefined {
  if (entry.result === 'RolledBack') return entry.end;
  const ends = all.filter((other) => isSuccessful(other) && other.end > broke && isSameService(other, entry));
  return ends.map(({ end }) => end).sort()[0];
}

/** The values that one deployment that changed a service contributes to the metrics. Times are in seconds. */
export interface DeploymentMeasure {
  entry: CompletedEntry;
  succeeded: boolean;
  leadSeconds?: number | undefined;
  /** When it was found to be bad; absent if it was not. */
  failedAt?: string | undefined;
  recoverySeconds?: number | undefined;
}

function measureDeployment(entry: CompletedEntry, all: CompletedEntry[]): DeploymentMeasure {
  const failedAt = findFailureTime(entry, all);
  const restored = failedAt && findRestoreTime(entry, failedAt, all);
  return {
    entry,
    succeeded: isSuccessful(entry),
    leadSeconds: isSuccessful(entry) ? calculateLeadSeconds(entry) : undefined,
    failedAt,
    recoverySeconds: failedAt && restored ? secondsBetween(failedAt, restored) : undefined,
  };
}

/** Returns the measures of all deployments that changed a service, for one service or several together. Entries can be in any order. */
export function measureDeployments(entries: LedgerEntry[]): DeploymentMeasure[] {
  const services = Map.groupBy(entries.filter(isCompletedEntry), ({ service }) => partitionKey(service));
  return [...services.values()].flatMap((all) =>
    all.filter(isServiceChange).map((entry) => measureDeployment(entry, all)),
  );
}

/** Returns the metrics of the deployments that ended in the span. */
export function summarizeMeasures(measures: DeploymentMeasure[], span: { from: Date; to: Date }): DoraMetrics {
  const [from, to] = [span.from.toISOString(), span.to.toISOString()];
  const changes = measures.filter(({ entry }) => entry.end >= from && entry.end <= to);
  const failed = changes.filter(({ failedAt }) => failedAt !== undefined);
  const weeks = (span.to.getTime() - span.from.getTime()) / weekMs;
  return {
    deploymentsPerWeek: changes.filter(({ succeeded }) => succeeded).length / weeks,
    leadTimeSeconds: median(changes.flatMap(({ leadSeconds }) => leadSeconds ?? [])),
    failureRate: changes.length === 0 ? undefined : failed.length / changes.length,
    secondsToRestore: median(failed.flatMap(({ recoverySeconds }) => recoverySeconds ?? [])),
  };
}

/** Returns the metrics of the deployments that ended in the span, for one service or several together. Entries can be in any order. */
export const computeDoraMetrics = (entries: LedgerEntry[], span: { from: Date; to: Date }): DoraMetrics =>
  summarizeMeasures(measureDeployments(entries), span);
