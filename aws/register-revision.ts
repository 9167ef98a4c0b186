import type { ECSClient } from '@aws-sdk/client-ecs';
import { explainEcsError } from '../core/errors/ecs-error.ts';
import type { Target } from '../core/model/release.ts';
import { isFromThisExecution, type RevisionRegistration, revisionsSince } from '../core/task-definition/revision.ts';
import { createTargetEcsClientWithoutRetries, listNewestRevisions } from './ecs.ts';
import { describeRequestedTaskDefinition, registerTaskDefinition } from './ecs-task-definitions.ts';

/** The execution that registers the revision, and the target. */
interface Registrar {
  client: ECSClient;
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

/** Finds the revision of an earlier try even if its answer was lost. */
async function findRegisteredRevision(
  { client, execution }: Registrar,
  wanted: RevisionRegistration,
  since: string,
): Promise<string | undefined> {
  const newest = await listNewestRevisions(client, wanted.definition.family);
  for (const arn of revisionsSince(since, newest)) {
    const found = await describeRequestedTaskDefinition(client, arn);
    if (found !== undefined && isFromThisExecution(found, execution, wanted.definition)) return arn;
  }
  return undefined;
}

async function registerRevision({ execution, now, target }: Registrar, wanted: RevisionRegistration): Promise<string> {
  const client = await createTargetEcsClientWithoutRetries(target, execution, now);
  return registerTaskDefinition(client, wanted.definition, wanted.tags).catch((error: unknown) => {
    throw explainEcsError(error, `to register a revision of ${wanted.definition.family}`, target.roleArn);
  });
}
