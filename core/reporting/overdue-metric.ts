/** The CloudWatch namespace of Gantry's own metrics. */
export const metricNamespace = 'Gantry';

/** The metric for rollbacks that have not succeeded for an hour. */
export const overdueRollbackMetric = {
  namespace: metricNamespace,
  name: 'RollbackOverdue',
  dimension: 'Installation',
} as const;

/**
 * Returns the fields of a log line from which CloudWatch makes one data point of the metric (docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/
 * CloudWatch_Embedded_Metric_Format_Specification.html). The metric needs no permission except writing the log.
 */
export const createOverdueMetric = (installation: string, now: Date) => ({
  _aws: {
    Timestamp: now.getTime(),
    CloudWatchMetrics: [
      {
        Namespace: overdueRollbackMetric.namespace,
        Dimensions: [[overdueRollbackMetric.dimension]],
        Metrics: [{ Name: overdueRollbackMetric.name, Unit: 'Count' }],
      },
    ],
  },
  [overdueRollbackMetric.dimension]: installation,
  [overdueRollbackMetric.name]: 1,
});
