import { z } from 'zod';
import type { EventBridgeEvent } from '../cloud.ts';
import { serviceLinkedRoleSession } from './service-linked-role.ts';
import type { Ecs, EcsServiceDeployment } from './state.ts';
import { wakeScheduler } from './wake-scheduler.ts';

const describeAlarmsOutputSchema = z.object({ MetricAlarms: z.array(z.object({ AlarmName: z.string() })) });

/**
 * Reads the state of the deployment's alarms from CloudWatch. "If any alarm is in the ALARM state when the deployment starts,
 * ECS will not monitor alarms for the duration of that deployment" (deployment-alarm-failure in the ECS guide).
 */
export function checkAlarmsAtStart(ecs: Ecs, started: EcsServiceDeployment): void {
  if (started.alarms.status === 'DISABLED' || !ecs.cloud.services.has('monitoring')) return;
  const { account, region } = started.service.cluster;
  const ask = async (): Promise<void> => {
    const answer = await ecs.cloud.invoke(
      'monitoring',
      'DescribeAlarms',
      { AlarmNames: started.alarms.names, StateValue: 'ALARM' },
      { caller: serviceLinkedRoleSession(ecs.cloud.iam, { account, region }), region },
    );
    if (describeAlarmsOutputSchema.parse(answer).MetricAlarms.length > 0) started.alarms.status = 'DISABLED';
  };
  void ecs.cloud.clock.freezeDuring(ask());
}

const alarmEventDetailSchema = z.object({ alarmName: z.string(), state: z.object({ value: z.string() }) });

const ongoingStatuses = ['PENDING', 'IN_PROGRESS'];

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
