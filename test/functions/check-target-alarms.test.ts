import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { RegisterTaskDefinitionCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { cloudwatch } from '../../local/cloudwatch.ts';
import { testAccountId } from '../start.ts';
import { releaseWith } from './release.ts';
import { createTargetAccount, executionArn, permissions, target } from './target-account.ts';

Object.assign(permissions, { alarms: { Action: 'cloudwatch:DescribeAlarms', Resource: '*' } });
const { admin, allow, as, create } = await createTargetAccount(cloudwatch);
const { handler } = await import('../../functions/check-target.ts');

const watch = new CloudWatchClient(as(testAccountId));
const alarm = async (AlarmName: string, StateValue: 'ALARM' | 'OK') => {
  const metric = { MetricName: 'Errors', Namespace: 'Web', Statistic: 'Sum' as const, Period: 60 };
  const rule = { EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: 'GreaterThanThreshold' as const };
  await watch.send(new PutMetricAlarmCommand({ AlarmName, ...metric, ...rule }));
  await watch.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: 'told to' }));
};
const watched = (enable: boolean) =>
  admin.send(
    new UpdateServiceCommand({
      cluster: target.cluster,
      service: target.service,
      deploymentConfiguration: { alarms: { alarmNames: ['errors', 'latency'], enable, rollback: true } },
    }),
  );
const check = () => handler({ execution: executionArn('alarms'), input: { release: releaseWith() } });
const warnings = async () => (await check()).warnings;

beforeAll(async () => {
  const containerDefinitions = [{ name: 'app', image: 'app:1' }];
  await admin.send(new RegisterTaskDefinitionCommand({ family: 'web', containerDefinitions }));
  await create('web', 'web:1');
  await alarm('errors', 'ALARM');
  await alarm('latency', 'OK');
  await alarm('unrelated', 'ALARM');
});
beforeEach(() => void allow());

it("watches the service's own alarms, except those in ALARM, and warns about these", async () => {
  await watched(true);
  expect(await check()).toMatchObject({
    alarms: { watched: ['latency'], ignored: ['errors'] },
    warnings: [
      "The alarm 'errors' is in ALARM already, so it is ignored, and ECS ignores all alarms of this deployment.",
    ],
  });
});

it('does not warn about alarms that ECS does not use', async () => {
  await watched(false);
  expect(await warnings()).toEqual([]);
});

it('says if the role is not allowed to read alarms', async () => {
  await watched(true);
  allow(['alarms']);
  expect(await warnings()).toEqual([
    "The role may not cloudwatch:DescribeAlarms, so Gantry does not watch 'errors', 'latency'.",
  ]);
});
