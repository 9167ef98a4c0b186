import * as z from 'zod';
import type { Config } from '../config/check.ts';
import { configuredAlarms, targetAt, targetsIn } from '../config/targets.ts';
import type { Target } from '../model/release.ts';
import type { BadSign } from '../model/rollback-cause.ts';

/** An event, and the configured services that it is about; none where it comes from elsewhere. */
export interface Noticed {
  sign: BadSign;
  targets: Target[];
  /** Where the event says that it comes from, for people. */
  origin: string;
}

const common = { account: z.string(), region: z.string(), resources: z.array(z.string()).default([]) };

const failed = z.object({
  ...common,
  source: z.literal('aws.ecs'),
  'detail-type': z.literal('ECS Deployment State Change'),
  detail: z.object({ eventName: z.literal('SERVICE_DEPLOYMENT_FAILED'), deploymentId: z.string() }),
});

const dimensions = z.record(z.string(), z.string());
const metric = z.object({ metricStat: z.object({ metric: z.object({ dimensions }) }) });

const time = z.string().refine((text) => !Number.isNaN(Date.parse(text)), 'must be a time');

/** A composite alarm has no metrics, a metric of an expression has no dimensions: what is not there speaks for no service. */
const alarm = z.object({
  ...common,
  time,
  source: z.literal('aws.cloudwatch'),
  'detail-type': z.literal('CloudWatch Alarm State Change'),
  detail: z.object({
    alarmName: z.string(),
    state: z.object({
      value: z.literal('ALARM'),
      reason: z.string().catch(''),
      timestamp: time.optional().catch(undefined),
    }),
    configuration: z.object({ metrics: z.array(z.unknown()).catch([]) }).catch({ metrics: [] }),
  }),
});

/** What the event says, if it is one of the two kinds that are a reason to go back; fields that nobody needs may be missing or new. */
export function noticed(event: unknown, config: Config, stage: string): Noticed | undefined {
  const broken = failed.safeParse(event).data;
  if (broken !== undefined) {
    const [service = 'an unnamed service'] = broken.resources;
    return {
      sign: { kind: 'failed deployment', deploymentId: broken.detail.deploymentId },
      targets: targetAt(config, stage, broken),
      origin: `${service} in account ${broken.account}`,
    };
  }
  const fired = alarm.safeParse(event).data;
  return fired === undefined ? undefined : alarmed(fired, config, stage);
}

function alarmed({ detail, time: sent, ...where }: z.infer<typeof alarm>, config: Config, stage: string): Noticed {
  const { alarmName: name, state, configuration } = detail;
  const watched = configuration.metrics.map((one) => metric.safeParse(one).data?.metricStat.metric.dimensions);
  const speaksFor = (target: Target): boolean =>
    configuredAlarms(config, target).includes(name) ||
    watched.some((one) => one?.ClusterName === target.cluster && one.ServiceName === target.service);
  return {
    sign: { kind: 'alarm', name, at: new Date(state.timestamp ?? sent), reason: state.reason },
    targets: targetsIn(config, stage, where).filter(speaksFor),
    origin: `the alarm ${name} in account ${where.account}`,
  };
}
