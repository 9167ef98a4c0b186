import { z } from 'zod';
import { AwsError } from '../aws-error.ts';
import type { Call, Operation } from '../cloud.ts';
import { defineOperation } from '../define-operation.ts';
import { type EventBus, type EventBuses, getAuthorizedRule, getBus, type Rule, ruleArn } from './bus.ts';
import { compileEventPattern } from './pattern.ts';
import { parseSchedule, scheduleNextRun } from './schedule.ts';

export const ruleNameSchema = z.string().regex(/^[.\-_A-Za-z0-9]{1,64}$/);
/** Only the default bus is supported. A call can name it, or name no bus. */
export const busNameSchema = z.literal('default').optional();

const putRuleSchema = z.strictObject({
  Name: ruleNameSchema,
  ScheduleExpression: z.string().max(256).optional(),
  EventPattern: z.string().max(4096).optional(),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  Description: z.string().max(512).optional(),
  EventBusName: busNameSchema,
});

async function putRule(buses: EventBuses, input: z.infer<typeof putRuleSchema>, call: Call) {
  const bus = getBus(buses, { account: call.caller.account, region: call.region });
  const { Name, EventPattern, ScheduleExpression, State, Description } = input;
  const arn = ruleArn(bus, Name);
  await call.allow('events:PutRule', arn);
  if (EventPattern === undefined && ScheduleExpression === undefined)
    throw new AwsError('ValidationException', 'Parameter(s) EventPattern or ScheduleExpression must be specified.');
  const rule: Rule = {
    name: Name,
    arn,
    description: Description,
    pattern:
      EventPattern === undefined ? undefined : { source: EventPattern, matches: compileEventPattern(EventPattern) },
    schedule: ScheduleExpression === undefined ? undefined : parseSchedule(ScheduleExpression),
    enabled: State === 'ENABLED',
    targets: bus.rules.get(Name)?.targets ?? new Map(),
  };
  bus.rules.get(Name)?.cancelSchedule?.();
  bus.rules.set(Name, rule);
  scheduleNextRun(buses, bus, rule);
  return { RuleArn: arn };
}

const ruleView = (rule: Rule) => ({
  Name: rule.name,
  Arn: rule.arn,
  EventPattern: rule.pattern?.source,
  ScheduleExpression: rule.schedule?.source,
  State: rule.enabled ? 'ENABLED' : 'DISABLED',
  Description: rule.description,
  EventBusName: 'default',
});

async function listRules(bus: EventBus, prefix: string, call: Call) {
  await call.allow('events:ListRules', '*');
  return { Rules: [...bus.rules.values()].filter(({ name }) => name.startsWith(prefix)).map(ruleView) };
}

async function deleteRule(bus: EventBus, name: string, call: Call) {
  await call.allow('events:DeleteRule', ruleArn(bus, name));
  const rule = bus.rules.get(name);
  if (rule !== undefined && rule.targets.size > 0)
    throw new AwsError('ValidationException', "Rule can't be deleted since it has targets.");
  rule?.cancelSchedule?.();
  bus.rules.delete(name);
}

const ruleKeySchema = z.strictObject({ Name: ruleNameSchema, EventBusName: busNameSchema });
const listRulesSchema = z.strictObject({ NamePrefix: z.string().optional(), EventBusName: busNameSchema });

/** PutRule, DescribeRule, ListRules, DeleteRule. */
export const ruleOperations = (buses: EventBuses): Record<string, Operation> => {
  const own = ({ caller, region }: Call): EventBus => getBus(buses, { account: caller.account, region });
  return {
    PutRule: defineOperation(putRuleSchema, (input, call) => putRule(buses, input, call)),
    DescribeRule: defineOperation(ruleKeySchema, async (input, call) => ({
      ...ruleView(await getAuthorizedRule(own(call), input.Name, call)),
      CreatedBy: call.caller.account,
    })),
    ListRules: defineOperation(listRulesSchema, (input, call) => listRules(own(call), input.NamePrefix ?? '', call)),
    DeleteRule: defineOperation(ruleKeySchema, (input, call) => deleteRule(own(call), input.Name, call)),
  };
};
