import { expect, it } from 'vitest';
import { createOverdueMetric } from '../../../core/reporting/overdue-metric.ts';
import example from '../../../infra/config.ts';
import { declareSystem } from '../../../infra/system.ts';

it('the logged metric is the metric of the rollback alarm', () => {
  const keyArn = 'arn:aws:kms:eu-west-1:111111111111:key/11111111-2222-3333-4444-555555555555';
  const system = declareSystem(example, { stage: 'production', keyArn });
  const alarm = system.alarms.find(({ name }) => name.endsWith('rollback-overdue'))!;
  const line = createOverdueMetric(system.names.prefix, new Date('2026-11-23T09:00:00Z'));
  const [metric] = line._aws.CloudWatchMetrics;
  expect(metric).toEqual({
    Namespace: alarm.namespace,
    Dimensions: [Object.keys(alarm.dimensions)],
    Metrics: [{ Name: alarm.metric, Unit: 'Count' }],
  });
  expect(line).toMatchObject({ ...alarm.dimensions, [alarm.metric]: 1, _aws: { Timestamp: 1795424400000 } });
});
