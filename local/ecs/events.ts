import { type EcsLocation, newNumericId, now } from './arns.ts';
import type { HookExecution } from './native-rollout.ts';
import type { Ecs, EcsDeployment, EcsService, EcsServiceDeployment, EcsTask } from './state.ts';
import { taskView } from './task-view.ts';

/** A service keeps its last hundred events (docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages.html). */
const maxServiceEvents = 100;

/** Adds `(service NAME)` and the text to the service's events, newest first. A task of RunTask has no service. */
export function addServiceEvent(ecs: Ecs, service: EcsService | undefined, text: string): void {
  if (service === undefined) return;
  service.events.unshift({ id: ecs.cloud.uuid(), createdAt: now(ecs), message: `(service ${service.name}) ${text}` });
  service.events.length = Math.min(service.events.length, maxServiceEvents);
}

/** Delay between a change of state and its event, if events are late. Milliseconds. */
const eventDelayMs = 30_000;

const publishEcsEvent = (
  ecs: Ecs,
  { account, region }: EcsLocation,
  content: { 'detail-type': string; resources: string[]; detail: Record<string, unknown> },
): void => {
  const publish = () => ecs.cloud.publish({ source: 'aws.ecs', account, region, ...content });
  if (ecs.cloud.answers['event-timing'] === 'after') ecs.cloud.clock.after(eventDelayMs, publish);
  else publish();
};

/** Publishes `ECS Deployment State Change`; its `eventType` is only a severity. */
export function publishDeploymentEvent(
  ecs: Ecs,
  deployment: EcsDeployment,
  eventName: 'SERVICE_DEPLOYMENT_IN_PROGRESS' | 'SERVICE_DEPLOYMENT_COMPLETED' | 'SERVICE_DEPLOYMENT_FAILED',
): void {
  const { service } = deployment.serviceDeployment;
  const publish = (deploymentId: string) =>
    publishEcsEvent(ecs, service.cluster, {
      'detail-type': 'ECS Deployment State Change',
      resources: [service.arn],
      detail: {
        eventType: eventName === 'SERVICE_DEPLOYMENT_FAILED' ? 'ERROR' : 'INFO',
        eventName,
        clusterArn: service.cluster.arn,
        deploymentId,
        updatedAt: now(ecs).toISOString(),
        reason: deployment.rolloutStateReason,
      },
    });
  if (ecs.cloud.answers['event-timing'] === 'without') publish(`ecs-svc/${newNumericId(ecs)}`);
  publish(deployment.id);
}

/** Publishes `ECS Service Action`, of the types that occur during a rollout. */
export function publishServiceAction(
  ecs: Ecs,
  service: EcsService,
  eventName: 'SERVICE_STEADY_STATE' | 'SERVICE_DESIRED_COUNT_UPDATED' | 'SERVICE_TASK_START_IMPAIRED',
): void {
  publishEcsEvent(ecs, service.cluster, {
    'detail-type': 'ECS Service Action',
    resources: [service.arn],
    detail: {
      eventType: eventName === 'SERVICE_TASK_START_IMPAIRED' ? 'WARN' : 'INFO',
      eventName,
      clusterArn: service.cluster.arn,
      createdAt: now(ecs).toISOString(),
    },
  });
}

/** Publishes `ECS Hook State Change` for the status of a hook (ecs_hook_state_change_events in the ECS guide). */
export function publishHookEvent(ecs: Ecs, deployment: EcsServiceDeployment, hook: HookExecution): void {
  const { service, arn } = deployment;
  publishEcsEvent(ecs, service.cluster, {
    'detail-type': 'ECS Hook State Change',
    resources: [arn],
    detail: {
      eventType: ['FAILED', 'TIMED_OUT'].includes(hook.status) ? 'ERROR' : 'INFO',
      eventName: `HOOK_${hook.status}`,
      hookId: hook.id,
      hookType: hook.type,
      expiresAt: hook.expiresAt.toISOString(),
      lifecycleStage: hook.stage,
      clusterArn: service.cluster.arn,
      serviceArn: service.arn,
      serviceDeploymentArn: arn,
      updatedAt: now(ecs).toISOString(),
    },
  });
}

/**
 * Publishes `ECS Task State Change`: the task as DescribeTasks returns it, with times as text, without health and without
 * inference accelerators (schema aws.ecs@ECSTaskStateChange).
 */
export function publishTaskEvent(ecs: Ecs, task: EcsTask): void {
  const { healthStatus: _, ...view } = taskView(task);
  const containers = view.containers.map(({ healthStatus: _health, ...container }) => container);
  const { containerOverrides } = view.overrides;
  const sent = { ...view, containers, overrides: { containerOverrides }, updatedAt: now(ecs) };
  const detail: Record<string, unknown> = JSON.parse(JSON.stringify(sent));
  publishEcsEvent(ecs, task.cluster, { 'detail-type': 'ECS Task State Change', resources: [task.arn], detail });
}
