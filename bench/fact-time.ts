import type { EventBridgeEvent } from '../local/cloud.ts';
import type { FactRule } from './scenarios.ts';

/** An event of the bus and the time when it was received, in ms. The event's own `time` has only whole seconds. */
export interface RecordedEvent {
  at: number;
  event: Pick<EventBridgeEvent, 'detail-type' | 'resources' | 'detail'>;
}

const filterDeploymentEvents = (events: RecordedEvent[], service: string): RecordedEvent[] =>
  events.filter(
    ({ event }) =>
      event['detail-type'] === 'ECS Deployment State Change' &&
      event.resources.some((arn) => arn.endsWith(`/${service}`)),
  );

const isDeploymentEvent = (name: string, { event }: RecordedEvent): boolean =>
  event.detail.eventName === `SERVICE_DEPLOYMENT_${name}`;

/** Returns the deployment of a release: the first one that ECS started after `since` (ms). */
export function findDeploymentStart(
  events: RecordedEvent[],
  service: string,
  since: number,
): { id: unknown; at: number } | undefined {
  const first = filterDeploymentEvents(events, service).find(
    (each) => each.at >= since && isDeploymentEvent('IN_PROGRESS', each),
  );
  return first && { id: first.event.detail.deploymentId, at: first.at };
}

/** True for a task that stopped by itself. Tasks that the scheduler stops because they are replaced say nothing about the release. */
const isFailedTask = ({ event: { 'detail-type': type, detail } }: RecordedEvent, deployment: unknown): boolean =>
  type === 'ECS Task State Change' &&
  detail.startedBy === deployment &&
  detail.lastStatus === 'STOPPED' &&
  detail.stopCode !== 'ServiceSchedulerInitiated';

/** ECS reports that it cannot start tasks. This is the only event about attempts that create no task (ECS developer guide, ecs_service_events). */
const isImpaired = ({ event }: RecordedEvent, service: string): boolean =>
  event.detail.eventName === 'SERVICE_TASK_START_IMPAIRED' &&
  event.resources.some((arn) => arn.endsWith(`/${service}`));

/** A lifecycle hook whose time limit has passed (ECS developer guide, ecs_hook_state_change_events). */
const isTimedOutHook = ({ event }: RecordedEvent, service: string): boolean =>
  event.detail.eventName === 'HOOK_TIMED_OUT' && String(event.detail.serviceArn).endsWith(`/${service}`);

/** Returns when (ms) the events of ECS showed the truth about the release that started after `since`. Undefined if they never showed it. */
export function findFactTime(
  events: RecordedEvent[],
  { service, since, fact }: { service: string; since: number; fact: FactRule },
): number | undefined {
  const ours = findDeploymentStart(events, service, since);
  if (ours === undefined) return undefined;
  if (typeof fact === 'object') return events.filter((each) => isFailedTask(each, ours.id))[fact.stopped - 1]?.at;
  const after = filterDeploymentEvents(events, service).filter(({ at }) => at >= ours.at);
  if (fact === 'impaired') return events.find((each) => each.at >= ours.at && isImpaired(each, service))?.at;
  if (fact === 'timed out') return events.find((each) => each.at >= ours.at && isTimedOutHook(each, service))?.at;
  if (fact === 'superseded')
    return after.find((each) => isDeploymentEvent('IN_PROGRESS', each) && each.event.detail.deploymentId !== ours.id)
      ?.at;
  return after.find((each) => isDeploymentEvent(fact.toUpperCase(), each) && each.event.detail.deploymentId === ours.id)
    ?.at;
}
