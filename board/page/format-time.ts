import { type ComponentChild, h } from 'preact';
import { formatForeign } from './foreign-text.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** Returns a length of time in its largest useful unit: `12 s`, `4 min`, `5 h`, `12 d`. A negative length counts as zero. */
export function formatDuration(milliseconds: number): string {
  const length = Math.max(milliseconds, 0);
  if (length < minute) return `${Math.floor(length / second)} s`;
  if (length < hour) return `${Math.floor(length / minute)} min`;
  if (length < 2 * day) return `${Math.floor(length / hour)} h`;
  return `${Math.floor(length / day)} d`;
}

const format: Intl.DateTimeFormatOptions = {
  timeZone: 'UTC',
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
};
const formatter = new Intl.DateTimeFormat('en-GB', format);

/** Returns a time such as `29 Nov, 14:02 UTC`. Returns a text that is not a time unchanged. */
export function formatTime(time: string): string {
  const date = Date.parse(time);
  return Number.isNaN(date) ? formatForeign(time) : `${formatter.format(date)} UTC`;
}

const dayFormatter = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', day: 'numeric', month: 'short' });

/** Returns a day such as `29 Nov`. Returns a text that is not a day unchanged. */
export function formatDay(day: string): string {
  const date = Date.parse(day);
  return Number.isNaN(date) ? formatForeign(day) : dayFormatter.format(date);
}

/** The form of a time relative to now: the age of a fact, or the time that is left until an end. */
export type RelativeForm = 'age' | 'left';

/** Returns `4 min ago` for an age. For an end, returns `4 min left` before it and `over for 4 min` after it. `now` is in milliseconds. */
export function formatRelative(time: string, form: RelativeForm, now: number): string {
  const date = Date.parse(time);
  if (Number.isNaN(date)) return 'at an unknown time';
  if (form === 'age') return now - date < second ? 'just now' : `${formatDuration(now - date)} ago`;
  return date > now ? `${formatDuration(date - now)} left` : `over for ${formatDuration(now - date)}`;
}

/** Renders a time element. Renders only the text if the text is not a time. */
const renderElement = (time: string, text: string, attributes: Record<string, string> = {}): ComponentChild =>
  Number.isNaN(Date.parse(time)) ? text : h('time', { dateTime: time, ...attributes }, text);

/** Renders a time relative to now. The script updates it (count-times.ts), and the tooltip shows the time itself. */
export const renderRelative = (time: string, now: number, form: RelativeForm = 'age'): ComponentChild =>
  renderElement(time, formatRelative(time, form, now), { title: formatTime(time), 'data-relative': form });

const exactFormatter = new Intl.DateTimeFormat('en-GB', { ...format, second: '2-digit' });

/** Renders a time with its seconds, such as `29 Nov, 14:02:31`. The text around it must say that it is in UTC. */
export function renderExactTime(time: string): ComponentChild {
  const date = Date.parse(time);
  return renderElement(time, Number.isNaN(date) ? formatForeign(time) : exactFormatter.format(date));
}

/** Renders a time as it is, such as `29 Nov, 14:02 UTC`. */
export const renderTime = (time: string): ComponentChild => renderElement(time, formatTime(time));
