import { Failure } from './failure.ts';
import { isInvalidRequest } from './invalid-request.ts';

/** `User: … is not authorized to perform: ACTION on resource: RESOURCE because …`, with or without quotes and resource. */
const notAuthorizedPattern =
  /is not authorized to perform: (?<action>[\w:-]+)(?: on resource: "?(?<resource>[^\s",]+))?/;

/** The purpose of each action, and the condition that its permission can have (service authorization reference of ECS and IAM). */
const permissions: Record<string, { purpose: string; condition?: string }> = {
  'iam:PassRole': {
    purpose: "give the new revision its task's or execution role",
    condition: 'iam:PassedToService = ecs-tasks.amazonaws.com',
  },
  'ecs:TagResource': {
    purpose: 'tag the new revision (ECS asks for this as soon as a revision is registered with tags)',
    condition: 'ecs:CreateAction = RegisterTaskDefinition',
  },
  'ecs:RegisterTaskDefinition': { purpose: 'register the new revision' },
  'ecs:RunTask': { purpose: 'run a task of the revision', condition: 'ecs:cluster is the ARN of the cluster' },
  'ecs:ContinueServiceDeployment': { purpose: 'answer pause hooks' },
  'ecs:UpdateService': { purpose: 'point the service to the new revision' },
};

const explainDeny = (message: string): string => {
  if (message.includes('explicit deny')) return ' An explicit Deny statement denies it: remove that statement.';
  if (message.includes('session policy'))
    return " Gantry's session policy is what refuses: it allows this one service and roles of the target's account only.";
  return '';
};

/** One sentence on the permission that the target's role lacks, and how to grant it; undefined if the message is about something else. */
export function formatPermissionAdvice(message: string, roleArn: string): string | undefined {
  const { action = '', resource = '*' } = notAuthorizedPattern.exec(message)?.groups ?? {};
  const permission = permissions[action];
  if (permission === undefined) return undefined;
  const when = permission.condition === undefined ? '' : `, where ${permission.condition}`;
  return `The role ${roleArn} may not ${permission.purpose}: allow it ${action} on ${resource}${when}.${explainDeny(message)}`;
}

/** Explains an error of RegisterTaskDefinition, UpdateService or ContinueServiceDeployment to the person who can fix it; returns any other error unchanged. */
export function explainEcsError(error: unknown, doing: string, roleArn: string): unknown {
  if (!(error instanceof Error)) return error;
  const advice = formatPermissionAdvice(error.message, roleArn);
  if (advice !== undefined)
    return new Failure('PermissionError', `${advice} AWS said: ${error.message}`, { cause: error });
  if (!isInvalidRequest(error)) return error;
  return new Failure('ConfigurationError', `ECS refused ${doing}: ${error.message} (${error.name}).`, { cause: error });
}
