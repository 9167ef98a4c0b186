import { z } from 'zod';
import { actAsAdministrator } from '../run/accounts.ts';
import { named, type ResourceType } from './resource-type.ts';

const ruleSchema = z.strictObject({
  Name: z.string(),
  Description: z.string(),
  EventPattern: z.record(z.string(), z.unknown()),
  Targets: z.array(z.looseObject({ Id: z.string(), Arn: z.string() })),
});

export const rule: ResourceType = {
  async create(properties, { call }) {
    const { Name, EventPattern, Targets } = ruleSchema.parse(properties);
    await call('events', 'PutRule', { Name, EventPattern: JSON.stringify(EventPattern) });
    await call('events', 'PutTargets', { Rule: Name, Targets });
    return named(Name);
  },
};

const busStatementSchema = z.strictObject({
  EventBusName: z.literal('default'),
  StatementId: z.string(),
  Action: z.string(),
  Principal: z.string(),
});

export const busStatement: ResourceType = {
  async create(properties, { call }) {
    const { StatementId, Action, Principal } = busStatementSchema.parse(properties);
    await call('events', 'PutPermission', { StatementId, Action, Principal });
    return named(StatementId);
  },
};

const scheduleSchema = z.looseObject({
  Name: z.string(),
  ScheduleExpression: z.string(),
  Target: z.looseObject({ Arn: z.string(), RoleArn: z.string(), Input: z.string() }),
});

/** The embedded EventBridge Scheduler starts only ECS tasks. So the schedule of a function becomes a rule with a rate, which needs no permission. */
export const schedule: ResourceType = {
  async create(properties, { cloud, place: { account, region } }) {
    const call = actAsAdministrator(cloud, account, region);
    const { Name, ScheduleExpression, Target } = scheduleSchema.parse(properties);
    const Rule = `${Name}-schedule`;
    await call('events', 'PutRule', { Name: Rule, ScheduleExpression });
    const { Arn, RoleArn, Input } = Target;
    await call('events', 'PutTargets', { Rule, Targets: [{ Id: 'schedule', Arn, RoleArn, Input }] });
    return named(Name);
  },
};
