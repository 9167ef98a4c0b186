import { inPlace, isOurs } from './accounts.ts';
import type { EventRule, EventSchedule } from './event-rule.ts';
import { plan } from './plan.ts';
import { roleOf } from './roles.ts';
import { tokenOf } from './system-workflow.ts';
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

for (const schedule of plan.schedules) makeSchedule(schedule);

function makeSchedule({ file, name, description, expression, target }: EventSchedule): void {
  const role = roleOf(target.roleArn);
  new aws.scheduler.Schedule(
    `${tokenOf(file)}Schedule`,
    {
      name,
      description,
      scheduleExpression: expression,
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: target.arn,
        roleArn: role.arn,
        input: target.input,
        deadLetterConfig: { arn: target.deadLetters },
        retryPolicy: { maximumRetryAttempts: target.retries },
      },
    },
    { dependsOn: [...role.dependsOn, ...functions.values()] },
  );
}

// Statement by statement: the default bus is the account's, and other statements on it are not ours to replace.
for (const { account, statement } of plan.bus)
  new aws.cloudwatch.EventPermission(`Bus-${account}`, {
    principal: account,
    statementId: statement.Sid,
    action: 'events:PutEvents',
    eventBusName: 'default',
  });
