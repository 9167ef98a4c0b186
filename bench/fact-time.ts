import type { EventBridgeEvent } from '../local/cloud.ts';
import type { FactRule } from './scenarios.ts';

/** An event of the bus and when it was heard, in ms: the bus's own `time` has whole seconds only. */
export interface RecordedEvent {
  at: number;
  event: Pick<EventBridgeEvent, 'detail-type' | 'resources' | 'detail'>;
}

const filterDeploymentEvents = (heard: RecordedEvent[], service: string): RecordedEvent[] =>
  heard.filter(
    ({ event }) =>
      event['detail-type'] === 'ECS Deployment State Change' &&
      event.resources.some((arn) => arn.endsWith(`/${service}`)),
  );

const isDeploymentEvent = (name: string, { event }: RecordedEvent): boolean =>
  event.detail.eventName === `SERVICE_DEPLOYMENT_${name}`;

/** The id of the deployment that a release began: the first one that ECS began after `since` (ms). */
export function findDeploymentStart(
  heard: RecordedEvent[],
  service: string,
  since: number,
): { id: unknown; at: number } | undefined {
  const first = filterDeploymentEvents(heard, service).find(
    (each) => each.at >= since && isDeploymentEvent('IN_PROGRESS', each),
  );
  return first && { id: first.event.detail.deploymentId, at: first.at };
}

/** A task that ended by itself; the scheduler's own stops of replaced tasks say nothing about the release. */
const isFailedTask = ({ event: { 'detail-type': type, detail } }: RecordedEvent, deployment: unknown): boolean =>
  type === 'ECS Task State Change' &&
  detail.startedBy === deployment &&
  detail.lastStatus === 'STOPPED' &&
  detail.stopCode !== 'ServiceSchedulerInitiated';

/** ECS says that it cannot start tasks: the only event about launches that make none (ECS developer guide, ecs_service_events). */
const isImpaired = ({ event }: RecordedEvent, service: string): boolean =>
  event.detail.eventName === 'SERVICE_TASK_START_IMPAIRED' &&
  event.resources.some((arn) => arn.endsWith(`/${service}`));

/** When (ms) the truth about the release that began after `since` was visible in ECS, by its own events; undefined: it never was. */
export function findFactTime(
  heard: RecordedEvent[],
  { service, since, fact }: { service: string; since: number; fact: FactRule },
): number | undefined {
  const ours = findDeploymentStart(heard, service, since);
  if (ours === undefined) return undefined;
  if (typeof fact === 'object') return heard.filter((each) => isFailedTask(each, ours.id))[fact.stopped - 1]?.at;
  const after = filterDeploymentEvents(heard, service).filter(({ at }) => at >= ours.at);
  if (fact === 'impaired') return heard.find((each) => each.at >= ours.at && isImpaired(each, service))?.at;
  if (fact === 'superseded')
    return after.find((each) => isDeploymentEvent('IN_PROGRESS', each) && each.event.detail.deploymentId !== ours.id)
      ?.at;
  return after.find((each) => isDeploymentEvent(fact.toUpperCase(), each) && each.event.detail.deploymentId === ours.id)
    ?.at;
}
