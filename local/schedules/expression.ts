import { AwsError } from '../aws-error.ts';
import { type Cron, parseCron } from './cron.ts';
import { readWallTime } from './wall-time.ts';

/** Returns the next time after `after` (milliseconds since 1970), or undefined if there is none. */
export type NextRun = (after: number) => number | undefined;

const minuteMs = 60_000;
const unitMs = { minute: minuteMs, hour: 60 * minuteMs, day: 24 * 60 * minuteMs };
/** How far ahead a cron expression is searched for its next time. */
const searchedMs = 4 * 366 * unitMs.day;

function parseRate(source: string): NextRun {
  const [, count = '', unit = '', plural = ''] = /^rate\(([1-9]\d*) (minute|hour|day)(s?)\)$/.exec(source) ?? [];
  const ms = unit === 'minute' || unit === 'hour' || unit === 'day' ? unitMs[unit] : undefined;
  // The unit is singular exactly for 1.
  if (ms === undefined || (count === '1') !== (plural === ''))
    throw new AwsError('ValidationException', 'Parameter ScheduleExpression is not valid.');
  return (after) => after + Number(count) * ms;
}

/** Minutes until the next hour, if neither this hour nor this date fits. */
function minutesToSkip(cron: Cron, at: number, zone: string): number {
  const wall = readWallTime(at, zone);
  if (!cron.matchesDate(wall) || !cron.matchesHour(wall)) return 60 - wall.minute;
  return cron.matchesMinute(wall) ? 0 : 1;
}

const nextCronRun =
  (cron: Cron, zone: string): NextRun =>
  (after) => {
    let at = (Math.floor(after / minuteMs) + 1) * minuteMs;
    while (at < after + searchedMs) {
      const skipped = minutesToSkip(cron, at, zone);
      if (skipped === 0) return at;
      at += skipped * minuteMs;
    }
    return undefined;
  };

/** Finds the time with this wall time: the offset of the zone is at most 14 hours, in steps of 15 minutes. */
function parseAt(source: string, zone: string): NextRun {
  const [, text = ''] = /^at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)$/.exec(source) ?? [];
  const asUtc = Date.parse(`${text}Z`);
  if (Number.isNaN(asUtc)) throw new AwsError('ValidationException', 'Parameter ScheduleExpression is not valid.');
  const offsets = Array.from({ length: 2 * 14 * 4 + 1 }, (_, index) => (index - 14 * 4) * 15 * minuteMs);
  const wanted = readWallTime(asUtc, 'UTC');
  const at = offsets
    .map((offset) => asUtc + offset)
    .find((time) => {
      const wall = readWallTime(time, zone);
      return wall.day === wanted.day && wall.hour === wanted.hour && wall.minute === wanted.minute;
    });
  return (after) => (at !== undefined && at > after ? at : undefined);
}

/** Parses `rate(…)`, `cron(…)` and `at(…)`. A rate runs for the first time after one period. Throws ValidationException. */
export function parseScheduleExpression(source: string, zone = 'UTC'): NextRun {
  if (source.startsWith('cron(')) return nextCronRun(parseCron(source), zone);
  return source.startsWith('at(') ? parseAt(source, zone) : parseRate(source);
}
