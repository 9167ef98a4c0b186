import * as z from 'zod';
import type { Config } from '../config/check.ts';
import { targetsForEventResource } from '../config/event-targets.ts';
import { areEventsForwarded } from '../config/targets.ts';
import type { Target } from '../model/release.ts';
import { detectFailure } from './failure-signal.ts';

/** The services that an event concerns. Executions that watch a rollout there should check it again. */
export interface WakeEvent {
  targets: Target[];
  /** If the event reports the start of a deployment: its id (`ecs-svc/…`). The execution that watches this deployment already knows about the start. */
  startedDeployment?: string | undefined;
  /**
   * If the event reports that a deployment failed: the deployment's id and the event's id. If EventBridge delivers an event twice, the event's id is the
   * same.
   */
  failedDeployment?: { id: string; eventId: string } | undefined;
}

const resourcesSchema = z.tuple([z.string()], z.string());

/** A deployment's events (docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html). */
const deploymentEventSchema = z.object({
  id: z.string(),
  source: z.literal('aws.ecs'),
  account: z.string(),
  region: z.string(),
  'detail-type': z.literal('ECS Deployment State Change'),
  resources: resourcesSchema,
  detail: z.object({ eventName: z.string(), deploymentId: z.string(), reason: z.string().catch('') }),
});

/**
 * A lifecycle hook's events (ecs_hook_state_change_events in the ECS guide). Their resource is the service deployment or, in another example of the
 * guide, absent.
 */
const hookEventSchema = z.object({
  source: z.literal('aws.ecs'),
  account: z.string(),
  region: z.string(),
  'detail-type': z.literal('ECS Hook State Change'),
  detail: z.object({
    eventName: z.enum(['HOOK_AWAITING_ACTION', 'HOOK_SUCCEEDED', 'HOOK_FAILED', 'HOOK_TIMED_OUT']),
    serviceArn: z.string(),
  }),
});

/** The start of a rollback by ECS contains no new information after the end of the deployment that failed (…/ecs_cwe_events.html). */
const startsRollback = ({ eventName, reason }: { eventName: string; reason: string }): boolean =>
  eventName === 'SERVICE_DEPLOYMENT_IN_PROGRESS' && /rolling back to/i.test(reason);

/**
 * Returns the services for which an event of a target account contains new information: a deployment started, failed or completed, a lifecycle hook began to
 * wait for a person or ended, or an alarm went off. Returns no service whose rollouts Gantry polls. An event about a single task or a warning of the service
 * wakes no execution, because a failing release causes many such events and none of them decides the outcome (core/rollout/next-check.ts plans the checks).
 */
export function parseWakeEvent(event: unknown, config: Config, stage: string): WakeEvent {
  const given = deploymentEventSchema.safeParse(event).data;
  const filterForwarded = (targets: Target[] = []) => targets.filter((target) => areEventsForwarded(config, target));
  const hook = hookEventSchema.safeParse(event).data;
  if (hook !== undefined) {
    const { account, region, detail } = hook;
    return {
      targets: filterForwarded(
        targetsForEventResource(config, stage, { account, region, resources: [detail.serviceArn] }),
      ),
    };
  }
  if (given === undefined) return { targets: filterForwarded(detectFailure(event, config, stage)?.targets) };
  if (startsRollback(given.detail)) return { targets: [] };
  const { eventName, deploymentId } = given.detail;
  return {
    targets: filterForwarded(targetsForEventResource(config, stage, given)),
    startedDeployment: eventName === 'SERVICE_DEPLOYMENT_IN_PROGRESS' ? deploymentId : undefined,
    failedDeployment: eventName === 'SERVICE_DEPLOYMENT_FAILED' ? { id: deploymentId, eventId: given.id } : undefined,
  };
}
