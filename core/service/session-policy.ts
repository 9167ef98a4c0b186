import type { Target } from '../model/release.ts';
import { parseResourceName } from '../parsing/arn.ts';
import { findSessionActions, type TargetAccess } from './session-actions.ts';

/**
 * What a session is for. A session that registers or runs a revision can do so in one family only, and one that stops a task only this task. A session that
 * registers a revision can pass only the roles of that revision. `roles`: names or ARNs; absent if the session only reads. `passRoles`: the names and patterns of
 * the roles that the configuration allows.
 */
type SessionPurpose =
  | { access: 'register revision'; family: string; roles?: string[] | undefined }
  | { access: 'start task'; family: string; passRoles: string[] }
  | { access: 'move schedules'; passRoles: string[] }
  | { access: 'stop task'; task: string }
  | { access: Exclude<TargetAccess, 'register revision' | 'start task' | 'stop task' | 'move schedules'> };

/** A session of a target's role: what it is for, and the execution that it works for (an ARN, or any other name). */
export type TargetSession = { execution: string } & SessionPurpose;

/**
 * The plain text of a session policy has at most 2,048 characters (STS AssumeRole, `Policy`). STS also limits the size of a packed binary form, which it
 * does not document; a policy with fewer statements takes less of it. Names are truncated so that the text always fits.
 */
const maxNameLength = 76;

const truncateName = (name: string): string =>
  name.length <= maxNameLength ? name : `${name.slice(0, maxNameLength)}*`;

interface SessionPolicy {
  Version: '2012-10-17';
  Statement: Record<string, unknown>[];
}

const allow = (actions: string[], resources: string | string[], Condition?: Record<string, unknown>) =>
  actions.length === 0
    ? []
    : [{ Effect: 'Allow', Action: actions, Resource: resources, ...(Condition && { Condition }) }];

/**
 * Limits the session to what one state does with this one cluster and service, even if the role is allowed to do more. If `service` is a pattern such
 * as `shop-*`, the session can only list and describe services. Resource types: AWS service authorization reference of ECS.
 */
export function createSessionPolicy(target: Target, purpose: SessionPurpose): SessionPolicy {
  const [, partition, , , account] = target.roleArn.split(':');
  const ecs = `arn:${partition}:ecs:${target.region}:${account}`;
  const cluster = truncateName(parseResourceName(target.cluster));
  const service = `${cluster}/${truncateName(parseResourceName(target.service))}`;
  const inCluster = { ArnLike: { 'ecs:cluster': `${ecs}:cluster/${cluster}` } };
  const actions = findSessionActions(purpose.access, target.service);
  return {
    Version: '2012-10-17',
    Statement: [
      ...allow(actions.service, `${ecs}:service/${service}`),
      ...allow(actions.deployments, `${ecs}:service-deployment/${service}/*`),
      ...allow(actions.revisions, `${ecs}:service-revision/${service}/*`),
      ...allow(actions.tasks, `${ecs}:task/${cluster}/*`),
      ...allow(actions.cluster, '*', inCluster),
      ...purposeStatements(purpose, { ecs, iam: `arn:${partition}:iam::${account}`, cluster }),
      ...allow(actions.anywhere, '*'),
    ],
  };
}

/** The statements about the family or the task that a session is for. */
function purposeStatements(
  purpose: SessionPurpose,
  { ecs, iam, cluster }: { ecs: string; iam: string; cluster: string },
): SessionPolicy['Statement'] {
  if ('task' in purpose) return allow(['ecs:StopTask'], `${ecs}:task/${cluster}/${parseResourceName(purpose.task)}`);
  if (purpose.access === 'move schedules')
    return passRoles(listConfiguredRoles(iam, purpose.passRoles), scheduleServices);
  if (!('family' in purpose)) return [];
  const revisions = `${ecs}:task-definition/${truncateName(purpose.family)}:*`;
  return purpose.access === 'register revision'
    ? registrationStatements(revisions, listRolePatterns(iam, purpose.roles))
    : [
        ...allow(['ecs:RunTask'], revisions, { ArnLike: { 'ecs:cluster': `${ecs}:cluster/${cluster}` } }),
        ...passRoles(listConfiguredRoles(iam, purpose.passRoles), taskService),
      ];
}

const listRolePatterns = (iam: string, roles: string[] = []): string[] => [
  ...new Set(roles.flatMap((role) => rolePatterns(iam, role))),
];

/** A task definition names a role by its ARN or by its short name (ECS API, RegisterTaskDefinition `taskRoleArn`). A short name does not say the role's path. */
function rolePatterns(iam: string, role: string): string[] {
  const [, name] = /^arn:[^:]*:iam::[^:]*:role\/(.*)$/.exec(role) ?? [];
  if (name !== undefined) return [`${role.slice(0, role.length - name.length)}${truncateName(name)}`];
  return [`${iam}:role/${truncateName(role)}`, `${iam}:role/*/${truncateName(role)}`];
}

/** The longest list of configured roles in a session policy, in characters of JSON: the rest of the policy has up to 1,260. */
const maxRolesLength = 780;

/** The roles that the configuration allows, with their paths. If the list is too long, all roles: the role's own policy has the whole list. */
function listConfiguredRoles(iam: string, names: string[]): string[] {
  const roles = names.map((name) => `${iam}:role/${truncateName(name)}`);
  return JSON.stringify(roles).length <= maxRolesLength ? roles : [`${iam}:role/*`];
}

const taskService = 'ecs-tasks.amazonaws.com';

/** The services that Gantry passes the role of a schedule to. */
export const scheduleServices = ['scheduler.amazonaws.com', 'events.amazonaws.com'];

/** The pattern ends with `:*` after the family's name, so that it matches no family with a longer name. */
const registrationStatements = (revisions: string, roles: string[]) => [
  ...allow(['ecs:RegisterTaskDefinition'], revisions),
  ...allow(['ecs:TagResource'], revisions, conditionEquals('ecs:CreateAction', 'RegisterTaskDefinition')),
  ...passRoles(roles, taskService),
];

const passRoles = (roles: string[], services: string | string[]) =>
  roles.length === 0 ? [] : allow(['iam:PassRole'], roles, conditionEquals('iam:PassedToService', services));

const conditionEquals = (key: string, value: string | string[]) => ({ StringEquals: { [key]: value } });

/** Returns a role session name that identifies the execution: the last part of its ARN, limited to STS's characters and to 64 of them. */
export const createSessionName = (execution: string): string =>
  (execution.split(':').at(-1) ?? '')
    .replace(/[^\w+=,.@-]/g, '-')
    .slice(0, 64)
    .padEnd(2, '-');
