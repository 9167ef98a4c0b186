import { z } from 'zod';
import { AwsError } from '../aws-error.ts';
import type { EventBridgeEvent } from '../cloud.ts';
import { serviceLinkedRoleSession } from './service-linked-role.ts';
import type { Ecs, EcsServiceDeployment } from './state.ts';
import { wakeScheduler } from './wake-scheduler.ts';

const describeAlarmsOutputSchema = z.object({ MetricAlarms: z.array(z.object({ AlarmName: z.string() })) });

const ongoingStatuses = ['PENDING', 'IN_PROGRESS'];

/** The time after which ECS asks CloudWatch again if it got no answer, in ms. AWS does not document it. */
const retryMs = 1000;

/**
 * Reads the state of the deployment's alarms from CloudWatch, and repeats the read until it succeeds. "If any alarm is in the ALARM state when the deployment
 * starts, ECS will not monitor alarms for the duration of that deployment" (deployment-alarm-failure in the ECS guide).
 */
export function checkAlarmsAtStart(ecs: Ecs, started: EcsServiceDeployment): void {
  if (started.alarms.status === 'DISABLED' || !ecs.cloud.services.has('monitoring')) return;
  const retry = (error: unknown): void => {
    if (!(error instanceof AwsError)) throw error;
    if (!ongoingStatuses.includes(started.status)) return;
    ecs.cloud.clock.after(retryMs, () => checkAlarmsAtStart(ecs, started));
  };
  void ecs.cloud.clock.freezeDuring(readAlarmsAtStart(ecs, started).catch(retry));
}

async function readAlarmsAtStart({ cloud }: Ecs, { service, alarms }: EcsServiceDeployment): Promise<void> {
  const { account, region } = service.cluster;
  const answer = await cloud.invoke(
    'monitoring',
    'DescribeAlarms',
    { AlarmNames: alarms.names, StateValue: 'ALARM' },
    { caller: serviceLinkedRoleSession(cloud.iam, { account, region }), region },
  );
  if (describeAlarmsOutputSchema.parse(answer).MetricAlarms.length > 0) alarms.status = 'DISABLED';
}

const alarmEventDetailSchema = z.object({ alarmName: z.string(), state: z.object({ value: z.string() }) });

/** Handles the event of an alarm that enters ALARM: records it on every deployment in its account and Region that monitors it. */
export function handleAlarmEvent(ecs: Ecs, event: EventBridgeEvent): void {
  if (event.source !== 'aws.cloudwatch' || event['detail-type'] !== 'CloudWatch Alarm State Change') return;
  const { alarmName, state } = alarmEventDetailSchema.parse(event.detail);
  if (state.value !== 'ALARM') return;
  for (const cluster of ecs.clusters.values()) {
    if (cluster.account !== event.account || cluster.region !== event.region) continue;
    for (const { serviceDeployments } of cluster.services.values())
      recordTriggeredAlarm(ecs, serviceDeployments[0], alarmName);
  }
}

function recordTriggeredAlarm(ecs: Ecs, current: EcsServiceDeployment | undefined, alarmName: string): void {
  if (current === undefined || !ongoingStatuses.includes(current.status)) return;
  const { alarms } = current;
  if (!['MONITORING', 'TRIGGERED'].includes(alarms.status) || !alarms.names.includes(alarmName)) return;
  alarms.status = 'TRIGGERED';
  alarms.triggered.push(alarmName);
  wakeScheduler(ecs, current.service);
}
