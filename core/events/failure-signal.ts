import * as z from 'zod';
import type { Config } from '../config/check.ts';
import { patternsForEventOrigin, targetsForEventOrigin, targetsForEventResource } from '../config/event-targets.ts';
import { isScalingAlarmName } from '../config/scaling-alarms.ts';
import { listConfiguredAlarms } from '../config/targets.ts';
import type { Target } from '../model/release.ts';
import type { FailureSignal } from '../model/rollback-cause.ts';

/** An event that is a reason to roll back, and the services that it concerns. */
export interface DetectedFailure {
  signal: FailureSignal;
  /** The services that the event or, for an alarm, the configuration names; none if the event comes from elsewhere. */
  targets: Target[];
  /**
   * For an alarm, the other services of its account and Region: an alarm concerns a service if the service's deployment configuration names the alarm. Only
   * ECS knows these configurations.
   */
  candidates: Target[];
  /**
   * For an alarm, the patterns of its account and Region. The services that the patterns match are candidates too. Only ECS knows which services they match.
   */
  patterns: Target[];
  /** The source that the event itself names. Only for messages. */
  origin: string;
}

const commonEventFields = { account: z.string(), region: z.string(), resources: z.array(z.string()).default([]) };

const deploymentFailedSchema = z.object({
  ...commonEventFields,
  source: z.literal('aws.ecs'),
  'detail-type': z.literal('ECS Deployment State Change'),
  detail: z.object({ eventName: z.literal('SERVICE_DEPLOYMENT_FAILED'), deploymentId: z.string() }),
});

const timeSchema = z.string().refine((text) => !Number.isNaN(Date.parse(text)), 'must be a time');

/**
 * Does not use the alarm's metrics. Their dimensions prove nothing: alarms of target tracking have the service's dimensions too, and go to ALARM as
 * part of normal scaling.
 */
const alarmEventSchema = z.object({
  ...commonEventFields,
  time: timeSchema,
  source: z.literal('aws.cloudwatch'),
  'detail-type': z.literal('CloudWatch Alarm State Change'),
  detail: z.object({
    alarmName: z.string(),
    state: z.object({
      value: z.literal('ALARM'),
      reason: z.string().catch(''),
      timestamp: timeSchema.optional().catch(undefined),
    }),
  }),
});

/**
 * Returns the failure that an event signals: a failed deployment or an alarm. Undefined for any other event. Tolerates missing and additional
 * fields that Gantry does not use.
 */
export function detectFailure(event: unknown, config: Config, stage: string): DetectedFailure | undefined {
  const failed = deploymentFailedSchema.safeParse(event).data;
  if (failed !== undefined) {
    const [service = 'an unnamed service'] = failed.resources;
    return {
      signal: { kind: 'failed deployment', deploymentId: failed.detail.deploymentId },
      targets: targetsForEventResource(config, stage, failed),
      candidates: [],
      patterns: [],
      origin: `${service} in account ${failed.account}`,
    };
  }
  const alarm = alarmEventSchema.safeParse(event).data;
  return alarm === undefined ? undefined : toAlarmFailure(alarm, config, stage);
}

function toAlarmFailure(
  { detail, time: sentAt, ...origin }: z.infer<typeof alarmEventSchema>,
  config: Config,
  stage: string,
): DetectedFailure {
  const { alarmName: name, state } = detail;
  const here = targetsForEventOrigin(config, stage, origin);
  const isConfigured = (target: Target): boolean => listConfiguredAlarms(config, target).includes(name);
  const mayConcernOthers = !isScalingAlarmName(name);
  return {
    signal: { kind: 'alarm', name, at: new Date(state.timestamp ?? sentAt), reason: state.reason },
    targets: here.filter(isConfigured),
    candidates: mayConcernOthers ? here.filter((target) => !isConfigured(target)) : [],
    patterns: mayConcernOthers ? patternsForEventOrigin(config, stage, origin) : [],
    origin: `the alarm ${name} in account ${origin.account}`,
  };
}
