import { inPlace, isOurs } from './accounts.ts';
import { plan } from './plan.ts';
import { roleOf } from './roles.ts';
import type { EventRule } from './system-events.ts';
import { functions, rollbackMachine } from './workflow.ts';

for (const rule of plan.rules.filter(isOurs)) makeRule(rule);

function makeRule({ account, region, name, description, pattern, target }: EventRule): void {
  const place = inPlace({ account, region });
  const rule = new aws.cloudwatch.EventRule(
    `Rule-${name}`,
    { name, description, eventPattern: JSON.stringify(pattern) },
    place,
  );
  const role = target.roleArn === undefined ? undefined : roleOf(target.roleArn);
  new aws.cloudwatch.EventTarget(
    `Target-${name}`,
    {
      rule: rule.name,
      targetId: target.id,
      arn: target.arn,
      ...(role && { roleArn: role.arn }),
      ...(target.deadLetters && { deadLetterConfig: { arn: target.deadLetters } }),
    },
    { ...place, dependsOn: role ? [...role.dependsOn, rollbackMachine] : [...functions.values()] },
  );
}

const { schedule } = plan;
const role = roleOf(schedule.target.roleArn);

new aws.scheduler.Schedule(
  'TakeJobSchedule',
  {
    name: schedule.name,
    description: schedule.description,
    scheduleExpression: schedule.expression,
    flexibleTimeWindow: { mode: 'OFF' },
    target: {
      arn: schedule.target.arn,
      roleArn: role.arn,
      input: schedule.target.input,
      deadLetterConfig: { arn: schedule.target.deadLetters },
      retryPolicy: { maximumRetryAttempts: schedule.target.retries },
    },
  },
  { dependsOn: [...role.dependsOn, ...functions.values()] },
);

// Statement by statement: the default bus is the account's, and other statements on it are not ours to replace.
for (const { account, statement } of plan.bus)
  new aws.cloudwatch.EventPermission(`Bus-${account}`, {
    principal: account,
    statementId: statement.Sid,
    action: 'events:PutEvents',
    eventBusName: 'default',
  });
