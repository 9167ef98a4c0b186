import { tokenForFile } from '../asl.ts';
import type { EventRuleDeclaration, ScheduleDeclaration } from '../event-rule.ts';
import type { SystemDeclaration } from '../system.ts';
import { findInvoked, findRole, type TemplateContext } from './context.ts';
import { createAfter, type TemplateEntry, type TemplateResource } from './resource.ts';
import { actionTypeId, busStatementId, deadLettersId, ruleId } from './resource-ids.ts';

/** A rule with its only target. */
export const renderRule = ({ name, description, pattern, target }: EventRuleDeclaration): TemplateResource => ({
  Type: 'AWS::Events::Rule',
  Properties: {
    Name: name,
    Description: description,
    EventPattern: pattern,
    Targets: [
      {
        Id: target.id,
        Arn: target.arn,
        ...(target.roleArn && { RoleArn: target.roleArn }),
        ...(target.deadLetters && { DeadLetterConfig: { Arn: target.deadLetters } }),
      },
    ],
  },
});

/**
 * A rule of the build account, created after the resource that it invokes and after the action type. If another installation has the provider, this
 * installation stops before it takes the jobs of the other one.
 */
export const renderBuildRule = (context: TemplateContext, rule: EventRuleDeclaration): TemplateEntry => [
  ruleId(rule),
  createAfter(listRequirements(context, rule.target), renderRule(rule)),
];

function listRequirements(context: TemplateContext, target: Omit<EventRuleDeclaration['target'], 'id'>): string[] {
  return [
    ...findInvoked(context, target.arn),
    ...(target.roleArn === undefined ? [] : [findRole(context, target.roleArn)]),
    ...(target.deadLetters === undefined ? [] : [deadLettersId]),
    actionTypeId(context.system.actionType),
  ];
}

export const renderSchedule = (
  context: TemplateContext,
  { file, name, description, expression, target }: ScheduleDeclaration,
): TemplateEntry => [
  `${tokenForFile(file)}Schedule`,
  createAfter(listRequirements(context, target), {
    Type: 'AWS::Scheduler::Schedule',
    Properties: {
      Name: name,
      Description: description,
      ScheduleExpression: expression,
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: target.arn,
        RoleArn: target.roleArn,
        Input: target.input,
        DeadLetterConfig: { Arn: target.deadLetters },
        RetryPolicy: { MaximumRetryAttempts: target.retries },
      },
    },
  }),
];

/**
 * The statements of the default bus. Each waits for the one before it, because PutPermission reads, changes and writes the whole policy: parallel
 * calls lose statements (hashicorp/terraform-provider-aws issue 4031). Statements of others on the bus stay as they are.
 */
export const renderBusStatements = (statements: SystemDeclaration['bus']): TemplateEntry[] =>
  statements.map(({ account, statement }, index) => [
    busStatementId({ account }),
    createAfter(statements.slice(Math.max(index - 1, 0), index).map(busStatementId), {
      Type: 'AWS::Events::EventBusPolicy',
      Properties: {
        EventBusName: 'default',
        StatementId: statement.Sid,
        Action: 'events:PutEvents',
        Principal: account,
      },
    }),
  ]);
