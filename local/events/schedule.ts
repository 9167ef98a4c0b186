import { AwsError } from '../aws-error.ts';
import { parseScheduleExpression } from '../schedules/expression.ts';
import type { EventBus, EventBuses, Rule } from './bus.ts';
import { deliverToTargets } from './deliver.ts';

/** Parses `rate(…)` and `cron(…)`; a rule has no `at(…)` (botocore events PutRule). Throws ValidationException. */
export function parseSchedule(source: string): NonNullable<Rule['schedule']> {
  if (source.startsWith('at(')) throw new AwsError('ValidationException', 'Parameter ScheduleExpression is not valid.');
  return { source, nextRun: parseScheduleExpression(source) };
}

/** Runs a scheduled rule whenever its schedule says so, until it is replaced, disabled or deleted. */
export function scheduleNextRun(buses: EventBuses, bus: EventBus, rule: Rule): void {
  const { schedule } = rule;
  if (schedule === undefined || !rule.enabled) return;
  const now = buses.cloud.clock.now();
  const next = schedule.nextRun(now);
  if (next === undefined) return;
  rule.cancelSchedule = buses.cloud.clock.after(next - now, () => {
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
