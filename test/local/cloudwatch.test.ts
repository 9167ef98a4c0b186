import {
  type AlarmType,
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  PutCompositeAlarmCommand,
  PutMetricAlarmCommand,
  SetAlarmStateCommand,
  type StateValue,
} from '@aws-sdk/client-cloudwatch';
import { expect, test as it } from 'vitest';
import type { EventBridgeEvent } from '../../local/cloud.ts';
import { cloudwatch } from '../../local/cloudwatch.ts';
import { region, startCloud, testAccountId } from '../start.ts';

const { as, cloud } = await startCloud(cloudwatch);
const client = new CloudWatchClient(as(testAccountId));

const put = (AlarmName: string) =>
  client.send(
    new PutMetricAlarmCommand({
      AlarmName,
      MetricName: 'HTTPCode_Target_5XX_Count',
      Namespace: 'AWS/ApplicationELB',
      Statistic: 'Sum',
      Dimensions: [{ Name: 'LoadBalancer', Value: 'app/web/1' }],
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 5,
      ComparisonOperator: 'GreaterThanThreshold',
    }),
  );

const set = (AlarmName: string, StateValue: StateValue) =>
  client.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: 'told to' }));

const states = async (more: object) =>
  (await client.send(new DescribeAlarmsCommand(more))).MetricAlarms!.map(
    ({ AlarmName, StateValue }) => `${AlarmName} ${StateValue}`,
  );

it('describes alarms by name, prefix and state', async () => {
  await put('web-errors');
  await put('web-latency');
  await put('queue-age');
  await set('web-latency', 'ALARM');
  expect(await states({ AlarmNames: ['queue-age'] })).toEqual(['queue-age INSUFFICIENT_DATA']);
  expect(await states({ AlarmNamePrefix: 'web-' })).toEqual(['web-errors INSUFFICIENT_DATA', 'web-latency ALARM']);
  expect(await states({ StateValue: 'ALARM' })).toEqual(['web-latency ALARM']);
  expect(await states({ AlarmTypes: ['CompositeAlarm'] })).toEqual([]);
});

it('has composite alarms, which only a permission on * can describe', async () => {
  await client.send(new PutCompositeAlarmCommand({ AlarmName: 'either', AlarmRule: 'ALARM(a) OR ALARM(b)' }));
  await set('either', 'ALARM');
  const AlarmTypes: AlarmType[] = ['MetricAlarm', 'CompositeAlarm'];
  const asked = new DescribeAlarmsCommand({ AlarmNames: ['either'], AlarmTypes });
  const seen = await client.send(asked);
  expect(seen).toMatchObject({ MetricAlarms: [], CompositeAlarms: [{ AlarmName: 'either', StateValue: 'ALARM' }] });
  const raw = await cloud.invoke(
    'monitoring',
    'DescribeAlarms',
    { AlarmNames: ['either'], AlarmTypes },
    {
      caller: { account: testAccountId, arn: `arn:aws:iam::${testAccountId}:user/admin` },
      region,
    },
  );
  expect((raw as { CompositeAlarms: object[] }).CompositeAlarms[0]).not.toHaveProperty('Dimensions');
  const arn = `arn:aws:iam::${testAccountId}:user/narrow`;
  const narrow = new CloudWatchClient(as(testAccountId, arn));
  const Resource = `arn:aws:cloudwatch:${region}:${testAccountId}:alarm:*`;
  const own = { Sid: 'Own', Effect: 'Allow', Action: 'cloudwatch:DescribeAlarms', Resource };
  cloud.iam.users.set(arn, { arn, policies: { own: { Version: '2012-10-17', Statement: [own] } } });
  expect((await narrow.send(asked)).CompositeAlarms).toEqual([]);
});

it("keeps an alarm's state when the alarm is put again, and loses it when the alarm is deleted", async () => {
  await put('again');
  await set('again', 'OK');
  await put('again');
  expect(await states({ AlarmNames: ['again'] })).toEqual(['again OK']);
  await client.send(new DeleteAlarmsCommand({ AlarmNames: ['again'] }));
  expect(await states({ AlarmNames: ['again'] })).toEqual([]);
  await expect(set('again', 'OK')).rejects.toMatchObject({ name: 'ResourceNotFound' });
});

it('sends an event if and only if an alarm changes its state', async () => {
  const published: EventBridgeEvent[] = [];
  cloud.eventListeners.push((event) => published.push(event));
  await put('heard');
  await set('heard', 'ALARM');
  await set('heard', 'ALARM');
  expect(published).toHaveLength(1);
  expect(published[0]).toMatchObject({
    source: 'aws.cloudwatch',
    'detail-type': 'CloudWatch Alarm State Change',
    account: testAccountId,
    resources: [`arn:aws:cloudwatch:${region}:${testAccountId}:alarm:heard`],
    detail: {
      alarmName: 'heard',
      state: { value: 'ALARM', reason: 'told to', timestamp: '2026-11-23T09:00:00.000+0000' },
      previousState: { value: 'INSUFFICIENT_DATA', reason: 'Unchecked: Initial alarm creation' },
      configuration: {
        metrics: [{ metricStat: { metric: { name: 'HTTPCode_Target_5XX_Count' }, period: 60, stat: 'Sum' } }],
      },
    },
  });
});
