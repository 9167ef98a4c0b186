import type { LedgerEntry } from './ledger.ts';
import {
  calculateLeadSeconds,
  findFailureTime,
  findRestoreTime,
  isCompletedEntry,
  isServiceChange,
} from './metrics.ts';
import { metricNamespace } from './overdue-metric.ts';

/** The values that the end of one deployment adds to the delivery metrics. A metric without a value is absent. Times are in seconds. */
export interface DeliveryMetricValues {
  Deployments?: number | undefined;
  FailedDeployments?: number | undefined;
  LeadTime?: number | undefined;
  /** One value for each failed deployment after which the service works again. */
  RecoveryTime?: number[] | undefined;
}

const metricUnits = {
  Deployments: 'Count',
  FailedDeployments: 'Count',
  LeadTime: 'Seconds',
  RecoveryTime: 'Seconds',
} as const satisfies Record<keyof DeliveryMetricValues, string>;

/** Returns the metrics of an entry that has just ended. `others`: the earlier entries of its service. The definitions are those of `gantry history`. */
export function computeDeliveryMetricValues(entry: LedgerEntry, others: LedgerEntry[]): DeliveryMetricValues {
  const all = [entry, ...others.filter(({ execution }) => execution !== entry.execution)].filter(isCompletedEntry);
  const failures = all.filter(isServiceChange).flatMap((one) => {
    const at = findFailureTime(one, all);
    return at === undefined ? [] : [{ one, at, restored: findRestoreTime(one, at, all) }];
  });
  // A deployment that had succeeded is known to have failed when a rollback reverts it.
  const found = failures.filter(({ one, at }) => one.execution === entry.execution || at === entry.start);
  const recovered = failures.filter(({ restored }) => restored !== undefined && restored === entry.end);
  return {
    Deployments: entry.kind === 'deploy' ? 1 : undefined,
    FailedDeployments: found.length || undefined,
    LeadTime: entry.kind === 'deploy' && entry.result === 'Succeeded' ? calculateLeadSeconds(entry) : undefined,
    RecoveryTime:
      recovered.length === 0
        ? undefined
        : recovered.map(({ at }) => (Date.parse(entry.end ?? at) - Date.parse(at)) / 1000),
  };
}

/**
 * Returns the fields of a log line from which CloudWatch makes the delivery metrics (docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/
 * CloudWatch_Embedded_Metric_Format_Specification.html). All services of a target share one dimension, because CloudWatch bills each metric, and the number
 * of metrics must not grow with the number of services. Undefined if there is no value.
 */
export function createDeliveryMetric(
  { target, service, result = 'Failed', end = '' }: LedgerEntry,
  figures: DeliveryMetricValues,
  installation: string,
): Record<string, unknown> | undefined {
  const given = Object.entries(figures).filter(([, value]) => value !== undefined);
  if (given.length === 0) return undefined;
  return {
    _aws: {
      Timestamp: Date.parse(end),
      CloudWatchMetrics: [
        {
          Namespace: metricNamespace,
          Dimensions: [
            ['Installation', 'Target'],
            ['Installation', 'Target', 'Result'],
          ],
          Metrics: Object.entries(metricUnits)
            .filter(([name]) => given.some(([one]) => one === name))
            .map(([Name, Unit]) => ({ Name, Unit })),
        },
      ],
    },
    Installation: installation,
    Target: target?.split('/')[0] ?? service.account,
    Result: result,
    ...Object.fromEntries(given),
  };
}
