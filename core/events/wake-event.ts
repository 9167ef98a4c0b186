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

const resourcesSchema = z.tuple([z.string()], z.string());

/** A deployment's events (docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html). */
const deploymentEventSchema = z.object({
  source: z.literal('aws.ecs'),
  account: z.string(),
  region: z.string(),
  'detail-type': z.literal('ECS Deployment State Change'),
  resources: resourcesSchema,
  detail: z.object({ eventName: z.string(), deploymentId: z.string(), reason: z.string().catch('') }),
});

/** The beginning of a rollback by ECS tells nothing after the end of the deployment that failed (…/ecs_cwe_events.html). */
const beginsRollback = ({ eventName, reason }: { eventName: string; reason: string }): boolean =>
  eventName === 'SERVICE_DEPLOYMENT_IN_PROGRESS' && /rolling back to/i.test(reason);

/**
 * The services of which an event tells something new: a deployment began, failed or completed, or an alarm went off. An event about a single task or a
 * warning of the service wakes nobody: a release that fails has many of them, and none decides (core/rollout/next-check.ts plans those checks).
 */
export function parseWakeEvent(event: unknown, config: Config, stage: string): WakeEvent {
  const given = deploymentEventSchema.safeParse(event).data;
  const about = (targets: Target[] = []) => targets.filter((target) => areEventsForwarded(config, target));
  if (given === undefined) return { targets: about(detectFailure(event, config, stage)?.targets) };
  if (beginsRollback(given.detail)) return { targets: [] };
  const { eventName, deploymentId } = given.detail;
  return {
    targets: about(targetsForEventResource(config, stage, given)),
    begun: eventName === 'SERVICE_DEPLOYMENT_IN_PROGRESS' ? deploymentId : undefined,
  };
}
