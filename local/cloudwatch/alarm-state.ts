import { z } from 'zod';
import { AwsError } from '../aws-error.ts';
import type { Cloud, Operation } from '../cloud.ts';
import { defineOperation } from '../define-operation.ts';
import { publishAlarmStateChange } from './alarm-event.ts';
import { alarmArn, type CloudWatchAlarms, stateValueSchema } from './state.ts';

const setAlarmStateSchema = z.strictObject({
  AlarmName: z.string(),
  StateValue: stateValueSchema,
  StateReason: z.string(),
  StateReasonData: z.string().optional(),
});

/** SetAlarmState; publishes an event only if the state changes. */
export const setAlarmState = (cloud: Cloud, alarms: CloudWatchAlarms): Operation =>
  defineOperation(setAlarmStateSchema, async ({ AlarmName, StateValue, StateReason, StateReasonData }, call) => {
    const arn = alarmArn(call, AlarmName);
    await call.allow('cloudwatch:SetAlarmState', arn);
    const alarm = alarms.get(arn);
    if (alarm === undefined) throw new AwsError('ResourceNotFound', `Unable to find alarm ${AlarmName}`, 404);
    const previous = alarm.state;
    const at = new Date(cloud.clock.now());
    alarm.state = { value: StateValue, reason: StateReason, reasonData: StateReasonData, at };
    if (previous.value !== StateValue) publishAlarmStateChange(cloud, alarm, previous);
    return {};
  });

/** DeleteAlarms: deletes all, or none if one of them does not exist. */
export const deleteAlarms = (alarms: CloudWatchAlarms): Operation =>
  defineOperation(z.strictObject({ AlarmNames: z.array(z.string()).max(100) }), async ({ AlarmNames }, call) => {
    const arns = AlarmNames.map((name) => alarmArn(call, name));
    for (const arn of arns) await call.allow('cloudwatch:DeleteAlarms', arn);
    if (arns.some((arn) => !alarms.has(arn))) throw new AwsError('ResourceNotFound', 'Unable to find all alarms', 404);
    for (const arn of arns) alarms.delete(arn);
    return {};
  });
