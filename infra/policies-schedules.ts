import type { TargetConfig } from '../core/config/check.ts';
import { parseScheduleReference } from '../core/config/schedule-reference.ts';
import { formatArn } from '../core/parsing/partition.ts';
import { scheduleServices } from '../core/service/session-policy.ts';
import { iamRoleArn } from './installation.ts';
import { allowStatement, type Statement } from './policy.ts';

/** The ARNs of the schedules and rules that a target's services name, and of the roles that these use. */
export function listScheduleArns(target: TargetConfig) {
  const named = target.services.filter(({ schedules }) => schedules.length > 0);
  const references = named.flatMap(({ schedules }) => schedules.map(parseScheduleReference));
  const unique = (arns: string[]): string[] => [...new Set(arns)];
  return {
    schedules: unique(
      references.flatMap(({ schedule }) =>
        schedule === undefined ? [] : [formatArn('scheduler', target, `schedule/${schedule.group}/${schedule.name}`)],
      ),
    ),
    rules: unique(
      references.flatMap(({ rule }) => (rule === undefined ? [] : [formatArn('events', target, `rule/${rule}`)])),
    ),
    roles: unique(named.flatMap(({ scheduleRoles }) => scheduleRoles.map((role) => iamRoleArn(target, role)))),
  };
}

/** Omits a statement without resources, because a statement needs at least one resource (IAM JSON policy grammar). */
const allowOn = (name: string, actions: string[], on: string[], when?: Statement['Condition']): Statement[] =>
  on.length === 0 ? [] : [allowStatement(name, actions, { on, ...(when && { when }) })];

/**
 * The permissions for the schedules of a target's services: read and write them, pass their roles, and ask IAM what these roles can do. None if no
 * service names a schedule. The roles' own policies decide what a schedule can run.
 */
export function scheduleStatements(target: TargetConfig): Statement[] {
  const { schedules, rules, roles } = listScheduleArns(target);
  if (schedules.length + rules.length === 0) return [];
  return [
    ...allowOn('Schedules', ['scheduler:GetSchedule', 'scheduler:UpdateSchedule'], schedules),
    ...allowOn('ScheduleRules', ['events:ListTargetsByRule', 'events:PutTargets'], rules),
    ...allowOn('PassScheduleRoles', ['iam:PassRole'], roles, {
      StringEquals: { 'iam:PassedToService': scheduleServices },
    }),
    ...allowOn('SimulateScheduleRoles', ['iam:SimulatePrincipalPolicy'], roles),
  ];
}

/**
 * The permissions of a viewer for the same schedules, and to find other schedules, rules and state machines that run tasks of the services. Every `*`
 * belongs to an action that does not support resource-level permissions, or to resources whose names are unknown.
 */
export function viewScheduleStatements(target: TargetConfig): Statement[] {
  const { schedules, rules, roles } = listScheduleArns(target);
  if (schedules.length + rules.length === 0) return [];
  const each = (service: string, resource: string) => [formatArn(service, target, resource)];
  return [
    ...allowOn('Schedules', ['scheduler:GetSchedule'], each('scheduler', 'schedule/*')),
    ...allowOn('ScheduleRules', ['events:ListTargetsByRule'], each('events', 'rule/*')),
    ...allowOn('StateMachines', ['states:DescribeStateMachine'], each('states', 'stateMachine:*')),
    ...allowOn(
      'ListScheduled',
      ['scheduler:ListSchedules', 'events:ListRuleNamesByTarget', 'states:ListStateMachines'],
      ['*'],
    ),
    ...allowOn('SimulateScheduleRoles', ['iam:SimulatePrincipalPolicy'], roles),
  ];
}
