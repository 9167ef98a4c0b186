import * as z from 'zod';
import type { Config } from '../config/check.ts';
import { areEventsForwarded, targetsForEventResource } from '../config/targets.ts';
import type { Target } from '../model/release.ts';
import { detectFailure } from './failure-signal.ts';

/** What an event is news of: services of which somebody may be watching a rollout. */
export interface WakeEvent {
  targets: Target[];
  /** The deployment that the news is the begin of, by its id (`ecs-svc/…`): no news to who watches that very one. */
  begun?: string | undefined;
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

/** A task names its service in its group, `service:web` (…/ecs_task_events.html). */
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
  .transform(({ detail, ...where }) => ({
    ...where,
    resources: [`${detail.clusterArn.replace(':cluster/', ':service/')}/${detail.group.slice('service:'.length)}`],
    detail: { eventName: 'STOPPED', deploymentId: undefined },
  }));

const ecsEventSchema = z.union([serviceEventSchema, taskEventSchema]);

/** What an event of a target account is news of; of nothing where it is of another kind, or of a service whose rollouts are polled. */
export function parseWakeEvent(event: unknown, config: Config, stage: string): WakeEvent {
  const told = ecsEventSchema.safeParse(event).data;
  const about = (targets: Target[] = []) => targets.filter((target) => areEventsForwarded(config, target));
  if (told === undefined) return { targets: about(detectFailure(event, config, stage)?.targets) };
  const { eventName, deploymentId } = told.detail;
  return {
    targets: about(targetsForEventResource(config, stage, told)),
    begun: eventName === 'SERVICE_DEPLOYMENT_IN_PROGRESS' ? deploymentId : undefined,
  };
}
