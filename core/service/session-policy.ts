import type { Target } from '../model/release.ts';
import { parseResourceName } from '../parsing/arn.ts';
import { chooseSessionActions, type TargetAccess } from './session-actions.ts';

/**
 * The purpose of a session. A session can register or run revisions of one family only, or stop one task only. A session that registers a revision can pass
 * only the roles of that revision. `roles`: names or ARNs; absent if the session only reads. `passRoles`: the names and patterns of the roles that the
 * configuration allows.
 */
type SessionPurpose =
  | { access: 'register revision'; family: string; roles?: string[] | undefined }
  | { access: 'start task'; family: string; passRoles: string[] }
  | { access: 'move schedules'; passRoles: string[] }
  | { access: 'stop task'; task: string }
  | { access: Exclude<TargetAccess, 'register revision' | 'start task' | 'stop task' | 'move schedules'> };

/** A session of a target's role: its purpose, and the execution that uses it (an ARN, or any other name). */
export type TargetSession = { execution: string } & SessionPurpose;

/**
 * How much a session policy names. `full`: its plain text has at most 2,048 characters (STS AssumeRole, `Policy`). `short`: half as many. Gantry uses the
 * short policy if STS refuses the full one, because STS also limits the size of an undocumented packed form (local/assumptions/, packed-policy-size). A name
 * that is too long becomes a pattern. The role's own policy still contains the whole name.
 */
export type SessionPolicyLength = 'full' | 'short';

const maxNameLengths: Record<SessionPolicyLength, number> = { full: 76, short: 8 };

/** A name that is too long becomes its beginning and its end, because long names often differ at the end only. */
function shortenName(name: string, form: SessionPolicyLength): string {
  const most = maxNameLengths[form];
  return name.length <= most ? name : `${name.slice(0, most / 2)}*${name.slice(-most / 2)}`;
}

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
export function createSessionPolicy(
  target: Target,
  purpose: SessionPurpose,
  form: SessionPolicyLength = 'full',
): SessionPolicy {
  const [, partition, , , account] = target.roleArn.split(':');
  const ecs = `arn:${partition}:ecs:${target.region}:${account}`;
  const cluster = shortenName(parseResourceName(target.cluster), form);
  const service = `${cluster}/${shortenName(parseResourceName(target.service), form)}`;
  const inCluster = { ArnLike: { 'ecs:cluster': `${ecs}:cluster/${cluster}` } };
  const actions = chooseSessionActions(purpose.access, target.service);
  return {
    Version: '2012-10-17',
    Statement: [
      ...allow(actions.service, `${ecs}:service/${service}`),
      ...allow(actions.deployments, `${ecs}:service-deployment/${service}/*`),
      ...allow(actions.revisions, `${ecs}:service-revision/${service}/*`),
      ...allow(actions.tasks, `${ecs}:task/${cluster}/*`),
      ...allow(actions.cluster, '*', inCluster),
      ...purposeStatements(purpose, { ecs, iam: `arn:${partition}:iam::${account}`, cluster, form }),
      ...allow(actions.anywhere, '*'),
    ],
  };
}

/** The beginnings of ARNs, the cluster as the policy names it, and the policy's form. */
interface PolicyScope {
  ecs: string;
  iam: string;
  cluster: string;
  form: SessionPolicyLength;
}

/** The statements about the family or the task that a session is for. */
function purposeStatements(purpose: SessionPurpose, scope: PolicyScope): SessionPolicy['Statement'] {
  const { ecs, cluster, form } = scope;
  if ('task' in purpose) return allow(['ecs:StopTask'], `${ecs}:task/${cluster}/${parseResourceName(purpose.task)}`);
  if (purpose.access === 'move schedules')
    return passRoles(listConfiguredRoles(scope, purpose.passRoles), scheduleServices);
  if (!('family' in purpose)) return [];
  const revisions = `${ecs}:task-definition/${shortenName(purpose.family, form)}:*`;
  return purpose.access === 'register revision'
    ? registrationStatements(revisions, listRolePatterns(scope, purpose.roles))
    : [
        ...allow(['ecs:RunTask'], revisions, { ArnLike: { 'ecs:cluster': `${ecs}:cluster/${cluster}` } }),
        ...passRoles(listConfiguredRoles(scope, purpose.passRoles), taskService),
      ];
}

const listRolePatterns = ({ iam, form }: PolicyScope, roles: string[] = []): string[] =>
  form === 'short' && roles.length > 0
    ? [`${iam}:role/*`]
    : [...new Set(roles.flatMap((role) => rolePatterns(iam, role)))];

/**
 * A task definition names a role by its ARN or by its short name (ECS API, RegisterTaskDefinition `taskRoleArn`). A short name does not contain the role's
 * path.
 */
function rolePatterns(iam: string, role: string): string[] {
  const [, name] = /^arn:[^:]*:iam::[^:]*:role\/(.*)$/.exec(role) ?? [];
  if (name !== undefined) return [`${role.slice(0, role.length - name.length)}${shortenName(name, 'full')}`];
  return [`${iam}:role/${shortenName(role, 'full')}`, `${iam}:role/*/${shortenName(role, 'full')}`];
}

/** The longest list of configured roles in a session policy, in characters of JSON. The rest of the policy has up to 1,260 characters. */
const maxRolesLength = 780;

/**
 * The roles that the configuration allows, with their paths. If the list is too long, returns a pattern for all roles, because the role's own policy
 * contains the whole list.
 */
function listConfiguredRoles({ iam, form }: PolicyScope, names: string[]): string[] {
  const roles = names.map((name) => `${iam}:role/${shortenName(name, form)}`);
  if (form === 'short' && roles.length > 0) return [`${iam}:role/*`];
  return JSON.stringify(roles).length <= maxRolesLength ? roles : [`${iam}:role/*`];
}

const taskService = 'ecs-tasks.amazonaws.com';

/** The services to which Gantry passes the role of a schedule. */
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
