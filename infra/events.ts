import { actionType } from './action-type.ts';
import { tokenForFile } from './asl.ts';
import type { EventRuleDeclaration, ScheduleDeclaration } from './event-rule.ts';
import { plan } from './plan.ts';
import { isManagedBySst, providerOptionsFor } from './providers.ts';
import { findCreatedRole } from './roles.ts';
import { functions, rollbackMachine } from './workflow.ts';

/**
 * The statements of the build account's default bus. Each waits for the one before it, because PutPermission reads, changes and writes the whole
 * policy: parallel calls lose statements (hashicorp/terraform-provider-aws issue 4031). Statements of others on the bus stay as they are.
 */
const busStatements: InstanceType<typeof aws.cloudwatch.EventPermission>[] = [];
for (const { account, statement } of plan.bus)
  busStatements.push(
    new aws.cloudwatch.EventPermission(
      `Bus-${account}`,
      { principal: account, statementId: statement.Sid, action: 'events:PutEvents', eventBusName: 'default' },
      { dependsOn: busStatements.slice(-1) },
    ),
  );

for (const rule of plan.rules.filter(isManagedBySst)) createRule(rule);

function createRule({ account, region, name, description, pattern, target }: EventRuleDeclaration): void {
  const place = providerOptionsFor({ account, region });
  const rule = new aws.cloudwatch.EventRule(
    `Rule-${name}`,
    { name, description, eventPattern: JSON.stringify(pattern) },
    place,
  );
  const role = target.roleArn === undefined ? undefined : findCreatedRole(target.roleArn);
  new aws.cloudwatch.EventTarget(
    `Target-${name}`,
    {
      rule: rule.name,
      targetId: target.id,
      arn: target.arn,
      ...(role && { roleArn: role.arn }),
      ...(target.deadLetters && { deadLetterConfig: { arn: target.deadLetters } }),
    },
    {
      ...place,
      dependsOn: role ? [...role.dependsOn, rollbackMachine, ...busStatements] : [...functions.values(), actionType],
    },
  );
}

for (const schedule of plan.schedules) createSchedule(schedule);

function createSchedule({ file, name, description, expression, target }: ScheduleDeclaration): void {
  const role = findCreatedRole(target.roleArn);
  new aws.scheduler.Schedule(
    `${tokenForFile(file)}Schedule`,
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
    // If another installation has the provider, this installation stops here and never takes the jobs of the other one.
    { dependsOn: [...role.dependsOn, ...functions.values(), actionType] },
  );
}
