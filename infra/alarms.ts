import { plan } from './plan.ts';

for (const alarm of plan.alarms)
  new aws.cloudwatch.MetricAlarm(`Alarm-${alarm.name}`, {
    name: alarm.name,
    alarmDescription: alarm.description,
    namespace: alarm.namespace,
    metricName: alarm.metric,
    statistic: alarm.statistic,
    dimensions: alarm.dimensions,
    period: alarm.periodSeconds,
    evaluationPeriods: 1,
    threshold: 0,
    comparisonOperator: 'GreaterThanThreshold',
    // For all of these metrics, no data means that nothing went wrong.
    treatMissingData: 'notBreaching',
    alarmActions: alarm.actions,
  });
