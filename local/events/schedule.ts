import { AwsError } from '../aws-error.ts';
import type { EventBus, EventBuses, Rule } from './bus.ts';
import { deliverToTargets } from './deliver.ts';

const unitMs = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** Parses `rate(n minutes)`; the unit is singular exactly for 1. Throws ValidationException; `cron(…)` is not supported. */
export function parseSchedule(source: string): NonNullable<Rule['schedule']> {
  const [, count = '', unit = '', plural = ''] = /^rate\(([1-9]\d*) (minute|hour|day)(s?)\)$/.exec(source) ?? [];
  if (source.startsWith('cron('))
    throw new AwsError('NotCovered', 'The embedded AWS does not cover cron expressions of ScheduleExpression.', 501);
  const ms = unit === 'minute' || unit === 'hour' || unit === 'day' ? unitMs[unit] : undefined;
  if (ms === undefined || (count === '1') !== (plural === ''))
    throw new AwsError('ValidationException', 'Parameter ScheduleExpression is not valid.');
  return { source, everyMs: Number(count) * ms };
}

/** Runs a scheduled rule once per period, for the first time after one period, until it is replaced, disabled or deleted. */
export function scheduleNextRun(buses: EventBuses, bus: EventBus, rule: Rule): void {
  const { schedule } = rule;
  if (schedule === undefined || !rule.enabled) return;
  rule.cancelSchedule = buses.cloud.clock.after(schedule.everyMs, () => {
    deliverToTargets(buses, { bus, rule, event: scheduledEvent(buses, bus, rule) });
    scheduleNextRun(buses, bus, rule);
  });
}

const scheduledEvent = ({ cloud }: EventBuses, { account, region }: EventBus, { arn }: Rule) => ({
  version: '0' as const,
  id: cloud.uuid(),
  'detail-type': 'Scheduled Event',
  source: 'aws.events',
  account,
  time: new Date(cloud.clock.now()).toISOString().replace(/\.\d+Z$/, 'Z'),
  region,
  resources: [arn],
  detail: {},
});
