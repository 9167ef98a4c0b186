import type { Cloud, EventBridgeEvent } from '../cloud.ts';
import { mapLeaves } from '../map-leaves.ts';

type WithAnswers = Pick<Cloud, 'answers'>;

const utcTime = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?)Z$/;

/** Formats a time that ends in `Z` according to this cloud's answer; returns any other text unchanged. */
export const formatTime = ({ answers }: WithAnswers, text: string): string =>
  answers['time-format'] === 'Z' ? text : text.replace(utcTime, '$1+00:00');

const recordOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};

/** Returns an event with its times formatted according to this cloud's answer. */
export function formatEventTimes(cloud: WithAnswers, event: EventBridgeEvent): EventBridgeEvent {
  if (cloud.answers['time-format'] === 'Z') return event;
  const leaf = (value: unknown) => (typeof value === 'string' ? formatTime(cloud, value) : value);
  return { ...event, time: formatTime(cloud, event.time), detail: recordOf(mapLeaves(event.detail, leaf)) };
}

/** Returns the body of an XML response with its times formatted according to this cloud's answer. */
export const formatXmlTimes = ({ answers }: WithAnswers, body: string): string =>
  answers['time-format'] === 'Z' ? body : body.replace(/>(\d{4}-\d\d-\d\dT[\d:.]+)Z</g, '>$1+00:00<');
