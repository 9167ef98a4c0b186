import type { LedgerEntry } from '../reporting/ledger.ts';
import { type DeploymentMeasure, measureDeployments, median, summarizeMeasures } from '../reporting/metrics.ts';
import type { BoardMetrics, DailyCount } from './metrics-data.ts';
import { idOfEntry } from './release-line.ts';

/** The period of the metrics. */
export const metricPeriodDays = 90;

const dayMs = 24 * 3600_000;

/**
 * The measures of each list of entries. The board replaces a list when the ledger has changed. The cache exists because measuring a thousand entries takes
 * some milliseconds.
 */
const measured = new WeakMap<LedgerEntry[], DeploymentMeasure[]>();

/** Returns the measures of the entries of one service. The list must not change afterwards. */
export function measureServiceDeployments(entries: LedgerEntry[]): DeploymentMeasure[] {
  const found = measured.get(entries) ?? measureDeployments(entries);
  measured.set(entries, found);
  return found;
}

const dayOf = (time: string): string => new Date(time).toISOString().slice(0, 10);

function countDay(day: string, measures: DeploymentMeasure[]): DailyCount {
  const failed = measures.filter(({ failedAt }) => failedAt !== undefined);
  return {
    day,
    succeeded: measures.length - failed.length,
    failed: failed.map(({ entry }) => idOfEntry(entry)),
    leadTimeSeconds: median(measures.flatMap(({ leadSeconds }) => leadSeconds ?? [])),
    recoverySeconds: median(failed.flatMap(({ recoverySeconds }) => recoverySeconds ?? [])),
  };
}

/** Returns the metrics of the last 90 days, with a point for each day. `at`: the end of the period. */
export function createBoardMetrics(measures: DeploymentMeasure[], at: Date, column?: string): BoardMetrics {
  const from = new Date(at.getTime() - metricPeriodDays * dayMs);
  const [first, last] = [from.toISOString(), at.toISOString()];
  const inSpan = measures.filter(({ entry }) => entry.end >= first && entry.end <= last);
  const figures = summarizeMeasures(inSpan, { from, to: at });
  const byDay = Map.groupBy(inSpan, ({ entry }) => dayOf(entry.end));
  const days = Array.from({ length: metricPeriodDays }, (_, index) =>
    dayOf(new Date(at.getTime() - (metricPeriodDays - 1 - index) * dayMs).toISOString()),
  );
  return {
    column,
    days: metricPeriodDays,
    deployments: inSpan.length,
    deploymentsPerWeek: figures.deploymentsPerWeek,
    leadTimeSeconds: figures.leadTimeSeconds,
    failureRate: figures.failureRate,
    recoverySeconds: figures.secondsToRestore,
    daily: days.map((day) => countDay(day, byDay.get(day) ?? [])),
  };
}
