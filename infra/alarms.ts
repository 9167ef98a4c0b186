import { alarmSettings } from './alarm-settings.ts';
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
    ...alarmSettings,
    alarmActions: alarm.actions,
  });
