import * as z from 'zod';
import { principalArnSchema } from './fields.ts';

/** The settings of a target that say who can use or read it besides Gantry. */
export const targetAccessFields = {
  /**
   * Who can read the target with the command line and the doctor: ARNs of users or roles, such as `arn:aws:iam::111111111111:role/developers`, in which
   * `*` stands for any characters; the ARN of an account's root stands for everyone in that account. They also need sts:AssumeRole on the viewer role.
   * Without viewers, no viewer role exists.
   */
  viewers: z.array(principalArnSchema, 'must be a list of ARNs').default([]),
  /** Whether this account can read the artifacts of the pipelines that Gantry creates, for the built-in ECS action. Gantry needs no access. */
  artifactAccess: z.enum(['read', 'none'], 'must be "read" or "none"').default('read'),
  /** Whether the pipelines that Gantry creates for this target can assume its role, so that the built-in ECS action can replace Gantry. */
  builtInAction: z.boolean('must be true or false').default(false),
  /**
   * Whether people can start deployments to this target (`gantry deploy`, the console, another state machine). With `deny`, only pipelines deploy
   * there. Manual rollbacks remain possible.
   */
  manualDeploys: z.enum(['allow', 'deny'], 'must be "allow" or "deny"').default('allow'),
  /**
   * Whether people can answer the pause hooks of this target's services with `gantry continue`. With `allow`, the target has an entry machine for it, and
   * the target's role is allowed ecs:ContinueServiceDeployment.
   */
  pauseHooks: z.enum(['allow', 'deny'], 'must be "allow" or "deny"').default('deny'),
  /**
   * Whether people can run commands in this target (`gantry run`), as tasks of the revisions that its services run. Such a command has the
   * permissions of the task role, so it can do more than a deployment.
   */
  manualTasks: z.enum(['allow', 'deny'], 'must be "allow" or "deny"').default('deny'),
};

/** IAM allows 64 characters. A stage's suffix takes 15, and `-viewer` takes 7 (core/config/resource-names.ts). */
const maxViewedRoleLength = 42;

/** Whether the name of the viewer role, which is the name of the target's role with a suffix, fits on every stage. A path does not count. */
export const hasRoomForViewers = ({ role = '', viewers }: { role?: string | undefined; viewers: string[] }): boolean =>
  viewers.length === 0 || role.slice(role.lastIndexOf('/') + 1).length <= maxViewedRoleLength;

export const viewersError = {
  path: ['role'],
  message: `must have at most ${maxViewedRoleLength} characters, because the name of the viewers' role is longer by 7`,
};

/** Whether the built-in action can read the artifact that it deploys, with the role of the target. */
export const canReadForBuiltInAction = ({
  builtInAction,
  artifactAccess,
}: {
  builtInAction: boolean;
  artifactAccess: string;
}): boolean => !builtInAction || artifactAccess === 'read';

export const builtInActionError = {
  path: ['artifactAccess'],
  message: 'must be "read" with builtInAction, because that action reads the artifact with the role of the target',
};
