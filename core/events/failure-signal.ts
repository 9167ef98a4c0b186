import * as z from 'zod';
import type { Config } from '../config/check.ts';
import { configuredAlarms, targetsForEventOrigin, targetsForEventResource } from '../config/targets.ts';
import type { Target } from '../model/release.ts';
import type { FailureSignal } from '../model/rollback-cause.ts';

/** A failure that an event signals, and the configured services that it concerns (none if the event comes from elsewhere). */
export interface DetectedFailure {
  signal: FailureSignal;
  targets: Target[];
  /** The event's source, for messages. */
  origin: string;
}

const commonEventFields = { account: z.string(), region: z.string(), resources: z.array(z.string()).default([]) };

const deploymentFailedSchema = z.object({
  ...commonEventFields,
  source: z.literal('aws.ecs'),
  'detail-type': z.literal('ECS Deployment State Change'),
  detail: z.object({ eventName: z.literal('SERVICE_DEPLOYMENT_FAILED'), deploymentId: z.string() }),
});

const dimensionsSchema = z.record(z.string(), z.string());
const metricSchema = z.object({ metricStat: z.object({ metric: z.object({ dimensions: dimensionsSchema }) }) });

const timeSchema = z.string().refine((text) => !Number.isNaN(Date.parse(text)), 'must be a time');

/** A composite alarm has no metrics, and a metric that is an expression has no dimensions. Such an alarm names no service. */
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
    configuration: z.object({ metrics: z.array(z.unknown()).catch([]) }).catch({ metrics: [] }),
  }),
});

/** The failure that an event signals: a failed deployment or an alarm. Undefined for any other event. Tolerates missing and additional fields that Gantry does not use. */
export function detectFailure(event: unknown, config: Config, stage: string): DetectedFailure | undefined {
  const failed = deploymentFailedSchema.safeParse(event).data;
  if (failed !== undefined) {
    const [service = 'an unnamed service'] = failed.resources;
    return {
      signal: { kind: 'failed deployment', deploymentId: failed.detail.deploymentId },
      targets: targetsForEventResource(config, stage, failed),
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
  const { alarmName: name, state, configuration } = detail;
  const dimensions = configuration.metrics.map((one) => metricSchema.safeParse(one).data?.metricStat.metric.dimensions);
  const concernsTarget = (target: Target): boolean =>
    configuredAlarms(config, target).includes(name) ||
    dimensions.some((one) => one?.ClusterName === target.cluster && one.ServiceName === target.service);
  return {
    signal: { kind: 'alarm', name, at: new Date(state.timestamp ?? sentAt), reason: state.reason },
    targets: targetsForEventOrigin(config, stage, origin).filter(concernsTarget),
    origin: `the alarm ${name} in account ${origin.account}`,
  };
}
