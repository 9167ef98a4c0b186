import type { Cloud, EventBridgeEvent } from '../cloud.ts';
import { mapLeaves } from '../map-leaves.ts';

type WithAnswers = Pick<Cloud, 'answers'>;

const utcTime = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?)Z$/;

/** A time that ends in `Z`, as this cloud's AWS writes it; any other text as it is. */
export const formatTime = ({ answers }: WithAnswers, text: string): string =>
  answers['time-format'] === 'Z' ? text : text.replace(utcTime, '$1+00:00');

const recordOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};

/** An event with its times as this cloud's AWS writes them. */
export function formatEventTimes(cloud: WithAnswers, event: EventBridgeEvent): EventBridgeEvent {
  if (cloud.answers['time-format'] === 'Z') return event;
  const leaf = (value: unknown) => (typeof value === 'string' ? formatTime(cloud, value) : value);
  return { ...event, time: formatTime(cloud, event.time), detail: recordOf(mapLeaves(event.detail, leaf)) };
}

/** The body of an XML answer with its times as this cloud's AWS writes them. */
export const formatXmlTimes = ({ answers }: WithAnswers, body: string): string =>
  answers['time-format'] === 'Z' ? body : body.replace(/>(\d{4}-\d\d-\d\dT[\d:.]+)Z</g, '>$1+00:00<');
