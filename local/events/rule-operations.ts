import { z } from 'zod';
import { AwsError } from '../aws-error.ts';
import { type Call, type Operation, operation } from '../service.ts';
import { type Bus, type Buses, busOf, type Rule, ruleArn, ruleFor } from './bus.ts';
import { eventPattern } from './pattern.ts';
import { reschedule, scheduleOf } from './schedule.ts';

export const ruleName = z.string().regex(/^[.\-_A-Za-z0-9]{1,64}$/);
/** Only the default bus is covered, by its name or left out. */
export const busName = z.literal('default').optional();

const putRule = z.strictObject({
  Name: ruleName,
  ScheduleExpression: z.string().max(256).optional(),
  EventPattern: z.string().max(4096).optional(),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  Description: z.string().max(512).optional(),
  EventBusName: busName,
});

async function put(buses: Buses, input: z.infer<typeof putRule>, call: Call) {
  const bus = busOf(buses, { account: call.caller.account, region: call.region });
  const { Name, EventPattern, ScheduleExpression, State, Description } = input;
  const arn = ruleArn(bus, Name);
  await call.allow('events:PutRule', arn);
  if (EventPattern === undefined && ScheduleExpression === undefined)
    throw new AwsError('ValidationException', 'Parameter(s) EventPattern or ScheduleExpression must be specified.');
  const rule: Rule = {
    name: Name,
    arn,
    description: Description,
    pattern: EventPattern === undefined ? undefined : { source: EventPattern, matches: eventPattern(EventPattern) },
    schedule: ScheduleExpression === undefined ? undefined : scheduleOf(ScheduleExpression),
    enabled: State === 'ENABLED',
    targets: bus.rules.get(Name)?.targets ?? new Map(),
  };
  bus.rules.get(Name)?.unschedule?.();
  bus.rules.set(Name, rule);
  reschedule(buses, bus, rule);
  return { RuleArn: arn };
}

const shown = (rule: Rule) => ({
  Name: rule.name,
  Arn: rule.arn,
  EventPattern: rule.pattern?.source,
  ScheduleExpression: rule.schedule?.source,
  State: rule.enabled ? 'ENABLED' : 'DISABLED',
  Description: rule.description,
  EventBusName: 'default',
});

async function list(bus: Bus, prefix: string, call: Call) {
  await call.allow('events:ListRules', '*');
  return { Rules: [...bus.rules.values()].filter(({ name }) => name.startsWith(prefix)).map(shown) };
}

async function remove(bus: Bus, name: string, call: Call) {
  await call.allow('events:DeleteRule', ruleArn(bus, name));
  const rule = bus.rules.get(name);
  if (rule !== undefined && rule.targets.size > 0)
    throw new AwsError('ValidationException', "Rule can't be deleted since it has targets.");
  rule?.unschedule?.();
  bus.rules.delete(name);
}

const named = z.strictObject({ Name: ruleName, EventBusName: busName });
const listRules = z.strictObject({ NamePrefix: z.string().optional(), EventBusName: busName });

/** PutRule, DescribeRule, ListRules, DeleteRule. */
export const ruleOperations = (buses: Buses): Record<string, Operation> => {
  const own = ({ caller, region }: Call): Bus => busOf(buses, { account: caller.account, region });
  return {
    PutRule: operation(putRule, (input, call) => put(buses, input, call)),
    DescribeRule: operation(named, async (input, call) => ({
      ...shown(await ruleFor(own(call), input.Name, call)),
      CreatedBy: call.caller.account,
    })),
    ListRules: operation(listRules, (input, call) => list(own(call), input.NamePrefix ?? '', call)),
    DeleteRule: operation(named, (input, call) => remove(own(call), input.Name, call)),
  };
};
