import { expect, test as it } from 'vitest';
import { parseScheduleExpression } from '../../local/schedules/expression.ts';

it.each([
  ['rate(1 minute)', 'UTC', '2026-11-23T09:00:30Z', '2026-11-23T09:01:30.000Z'],
  ['rate(2 days)', 'UTC', '2026-11-23T09:00:00Z', '2026-11-25T09:00:00.000Z'],
  ['cron(0 2 * * ? *)', 'UTC', '2026-11-23T09:00:00Z', '2026-11-24T02:00:00.000Z'],
  ['cron(0 2 * * ? *)', 'Europe/Berlin', '2026-11-23T09:00:00Z', '2026-11-24T01:00:00.000Z'],
  ['cron(0 2 * * ? *)', 'Asia/Kathmandu', '2026-11-23T09:00:00Z', '2026-11-23T20:15:00.000Z'],
  ['cron(0 9 * * ? *)', 'UTC', '2026-11-23T09:00:00Z', '2026-11-24T09:00:00.000Z'],
  ['cron(0/15 9-17 ? * MON-FRI *)', 'UTC', '2026-11-27T17:45:00Z', '2026-11-30T09:00:00.000Z'],
  ['cron(5,35 14 1 * ? *)', 'UTC', '2026-11-23T09:00:00Z', '2026-12-01T14:05:00.000Z'],
  ['cron(0 0 L * ? *)', 'UTC', '2026-11-23T09:00:00Z', '2026-11-30T00:00:00.000Z'],
  ['cron(0 0 29 FEB ? *)', 'UTC', '2026-11-23T09:00:00Z', '2028-02-29T00:00:00.000Z'],
  ['cron(0 8 ? * 1 *)', 'UTC', '2026-11-23T09:00:00Z', '2026-11-29T08:00:00.000Z'],
  ['cron(0 0 1 1 ? 2026)', 'UTC', '2026-11-23T09:00:00Z', undefined],
  ['at(2026-12-24T18:00:00)', 'Europe/Berlin', '2026-11-23T09:00:00Z', '2026-12-24T17:00:00.000Z'],
  ['at(2026-01-01T00:00:00)', 'UTC', '2026-11-23T09:00:00Z', undefined],
])('%s in %s after %s runs at %s', (source, zone, after, expected) => {
  const next = parseScheduleExpression(source, zone)(Date.parse(after));
  expect(next === undefined ? next : new Date(next).toISOString()).toBe(expected);
});

it.each([
  'rate(1 minutes)',
  'rate(2 minute)',
  'rate(0 minutes)',
  'rate(5 weeks)',
  'cron(0 2 * * *)',
  'cron(0 2 * * * *)',
  'cron(0 2 ? * ? *)',
  'cron(60 2 * * ? *)',
  'cron(0 2 * FOO ? *)',
  'at(tomorrow)',
  'daily',
])('refuses %s', (source) => {
  expect(() => parseScheduleExpression(source)).toThrow('ScheduleExpression is not valid');
});

it('refuses a time zone that does not exist', () => {
  expect(() => parseScheduleExpression('cron(0 2 * * ? *)', 'Mars/Base')(0)).toThrow(
    'Invalid Schedule Expression Timezone',
  );
});
