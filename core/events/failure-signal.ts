import * as z from 'zod';
import type { Config } from '../config/check.ts';
import { configuredAlarms, targetsForEventOrigin, targetsForEventResource } from '../config/targets.ts';
import type { Target } from '../model/release.ts';
import type { FailureSignal } from '../model/rollback-cause.ts';

/** An event, and the configured services that it is about; none where it comes from elsewhere. */
export interface DetectedFailure {
  sign: FailureSignal;
  targets: Target[];
  /** Where the event says that it comes from, for people. */
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

/** A composite alarm has no metrics, a metric of an expression has no dimensions: what is not there speaks for no service. */
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

/** What the event says, if it is one of the two kinds that are a reason to go back; fields that nobody needs may be missing or new. */
export function detectFailure(event: unknown, config: Config, stage: string): DetectedFailure | undefined {
  const broken = deploymentFailedSchema.safeParse(event).data;
  if (broken !== undefined) {
    const [service = 'an unnamed service'] = broken.resources;
    return {
      sign: { kind: 'failed deployment', deploymentId: broken.detail.deploymentId },
      targets: targetsForEventResource(config, stage, broken),
      origin: `${service} in account ${broken.account}`,
    };
  }
  const fired = alarmEventSchema.safeParse(event).data;
  return fired === undefined ? undefined : toAlarmFailure(fired, config, stage);
}

function toAlarmFailure(
  { detail, time: sent, ...where }: z.infer<typeof alarmEventSchema>,
  config: Config,
  stage: string,
): DetectedFailure {
  const { alarmName: name, state, configuration } = detail;
  const watched = configuration.metrics.map((one) => metricSchema.safeParse(one).data?.metricStat.metric.dimensions);
  const speaksFor = (target: Target): boolean =>
    configuredAlarms(config, target).includes(name) ||
    watched.some((one) => one?.ClusterName === target.cluster && one.ServiceName === target.service);
  return {
    sign: { kind: 'alarm', name, at: new Date(state.timestamp ?? sent), reason: state.reason },
    targets: targetsForEventOrigin(config, stage, where).filter(speaksFor),
    origin: `the alarm ${name} in account ${where.account}`,
  };
}
