import { explainEcsError } from '../core/errors/ecs-error.ts';
import type { Target } from '../core/model/release.ts';
import type { TargetSession } from '../core/service/session-policy.ts';
import { listPassedRoles } from '../core/task-definition/passed-roles.ts';
import {
  isFromThisExecution,
  type RevisionRegistration,
  selectRevisionsSince,
} from '../core/task-definition/revision.ts';
import { createTargetEcsClient, createTargetEcsClientWithoutRetries, listNewestRevisions } from './ecs.ts';
import { describeRequestedTaskDefinition, registerTaskDefinition } from './ecs-task-definitions.ts';

/** The execution that registers the revision, and the target. */
interface Registrar {
  execution: string;
  now: Date;
  target: Target;
}

/** Returns the ARN of the revision that an earlier try of this execution has registered, or registers a new revision. `since`: an older revision. */
export const findOrRegisterRevision = async (
  registrar: Registrar,
  wanted: RevisionRegistration,
  since: string,
): Promise<string> =>
  (await findRegisteredRevision(registrar, wanted, since)) ?? (await registerRevision(registrar, wanted));

/** The session reads revisions. Register Revision has used the same session to read the base of a revision in this family. */
const readingSession = (execution: string, { definition }: RevisionRegistration): TargetSession => ({
  execution,
  access: 'register revision',
  family: definition.family,
});

/** The session can register a revision in this family only, and pass only its roles. */
const registrationSession = (execution: string, wanted: RevisionRegistration): TargetSession => ({
  ...readingSession(execution, wanted),
  access: 'register revision',
  family: wanted.definition.family,
  roles: listPassedRoles(wanted.definition),
});

/** Finds the revision of an earlier try even if its answer was lost. */
async function findRegisteredRevision(
  { execution, now, target }: Registrar,
  wanted: RevisionRegistration,
  since: string,
): Promise<string | undefined> {
  const client = await createTargetEcsClient(target, readingSession(execution, wanted), now);
  const newest = await listNewestRevisions(client, wanted.definition.family);
  for (const arn of selectRevisionsSince(since, newest)) {
    const found = await describeRequestedTaskDefinition(client, arn);
    if (found !== undefined && isFromThisExecution(found, execution, wanted.definition)) return arn;
  }
  return undefined;
}

async function registerRevision({ execution, now, target }: Registrar, wanted: RevisionRegistration): Promise<string> {
  const client = await createTargetEcsClientWithoutRetries(target, registrationSession(execution, wanted), now);
  return registerTaskDefinition(client, wanted.definition, wanted.tags).catch((error: unknown) => {
    throw explainEcsError(error, `to register a revision of ${wanted.definition.family}`, target.roleArn);
  });
}
