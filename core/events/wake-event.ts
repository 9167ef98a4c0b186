import * as z from 'zod';
import type { Config } from '../config/check.ts';
import { areEventsForwarded, targetsForEventResource } from '../config/targets.ts';
import type { Target } from '../model/release.ts';
import { detectFailure } from './failure-signal.ts';

/** The services that an event concerns. Executions that watch a rollout there should check it again. */
export interface WakeEvent {
  targets: Target[];
  /** If the event reports the start of a deployment: its id (`ecs-svc/…`). The execution that watches this deployment already knows that it started. */
  startedDeployment?: string | undefined;
}

const ecsEventFields = { source: z.literal('aws.ecs'), account: z.string(), region: z.string() };
const resourcesSchema = z.tuple([z.string()], z.string());

/** The service's own events (docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html, …/ecs_service_events.html). */
const serviceEventSchema = z.object({
  ...ecsEventFields,
  'detail-type': z.enum(['ECS Deployment State Change', 'ECS Service Action']),
  resources: resourcesSchema,
  detail: z.object({ eventName: z.string(), deploymentId: z.string().optional() }),
});

/** A task's group names its service: `service:web` (…/ecs_task_events.html). */
const taskEventSchema = z
  .object({
    ...ecsEventFields,
    'detail-type': z.literal('ECS Task State Change'),
    detail: z.object({
      clusterArn: z.string().includes(':cluster/'),
      group: z.string().startsWith('service:'),
      lastStatus: z.literal('STOPPED'),
    }),
  })
  .transform(({ detail, ...origin }) => ({
    ...origin,
    resources: [`${detail.clusterArn.replace(':cluster/', ':service/')}/${detail.group.slice('service:'.length)}`],
    detail: { eventName: 'STOPPED', deploymentId: undefined },
  }));

const ecsEventSchema = z.union([serviceEventSchema, taskEventSchema]);

/** The services that an event of a target account concerns. None if it is another kind of event, or if Gantry polls the rollouts of its service. */
export function parseWakeEvent(event: unknown, config: Config, stage: string): WakeEvent {
  const ecsEvent = ecsEventSchema.safeParse(event).data;
  const filterForwarded = (targets: Target[] = []) => targets.filter((target) => areEventsForwarded(config, target));
  if (ecsEvent === undefined) return { targets: filterForwarded(detectFailure(event, config, stage)?.targets) };
  const { eventName, deploymentId } = ecsEvent.detail;
  return {
    targets: filterForwarded(targetsForEventResource(config, stage, ecsEvent)),
    startedDeployment: eventName === 'SERVICE_DEPLOYMENT_IN_PROGRESS' ? deploymentId : undefined,
  };
}
