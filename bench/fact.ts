import type { BusEvent } from '../local/cloud.ts';
import type { FactRule } from './scenarios.ts';

/** An event of the bus and when it was heard, in ms: the bus's own `time` has whole seconds only. */
export interface Heard {
  at: number;
  event: Pick<BusEvent, 'detail-type' | 'resources' | 'detail'>;
}

const deploymentEvents = (heard: Heard[], service: string): Heard[] =>
  heard.filter(
    ({ event }) =>
      event['detail-type'] === 'ECS Deployment State Change' &&
      event.resources.some((arn) => arn.endsWith(`/${service}`)),
  );

const is = (name: string, { event }: Heard): boolean => event.detail.eventName === `SERVICE_DEPLOYMENT_${name}`;

/** The id of the deployment that a release began: the first one that ECS began after `since` (ms). */
export function began(heard: Heard[], service: string, since: number): { id: unknown; at: number } | undefined {
  const first = deploymentEvents(heard, service).find((each) => each.at >= since && is('IN_PROGRESS', each));
  return first && { id: first.event.detail.deploymentId, at: first.at };
}

/** A task that ended by itself; the scheduler's own stops of replaced tasks say nothing about the release. */
const failedTask = ({ event: { 'detail-type': type, detail } }: Heard, deployment: unknown): boolean =>
  type === 'ECS Task State Change' &&
  detail.startedBy === deployment &&
  detail.lastStatus === 'STOPPED' &&
  detail.stopCode !== 'ServiceSchedulerInitiated';

/** When (ms) the truth about the release that began after `since` was visible in ECS, by its own events; undefined: it never was. */
export function visibleAt(
  heard: Heard[],
  { service, since, fact }: { service: string; since: number; fact: FactRule },
): number | undefined {
  const ours = began(heard, service, since);
  if (ours === undefined) return undefined;
  if (typeof fact === 'object') return heard.filter((each) => failedTask(each, ours.id))[fact.stopped - 1]?.at;
  const after = deploymentEvents(heard, service).filter(({ at }) => at >= ours.at);
  if (fact === 'superseded')
    return after.find((each) => is('IN_PROGRESS', each) && each.event.detail.deploymentId !== ours.id)?.at;
  return after.find((each) => is(fact.toUpperCase(), each) && each.event.detail.deploymentId === ours.id)?.at;
}
