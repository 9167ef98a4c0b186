import type { ECSClient } from '@aws-sdk/client-ecs';
import { explainEcsError } from '../core/errors/ecs-error.ts';
import type { Target } from '../core/model/release.ts';
import { isFromThisExecution, type RevisionRegistration, revisionsSince } from '../core/task-definition/revision.ts';
import { ecsClientWithoutRetries, listNewestRevisions } from './ecs.ts';
import { describeRequestedTaskDefinition, registerTaskDefinition } from './ecs-task-definitions.ts';

/** On whose behalf, and where. */
interface Registrar {
  client: ECSClient;
  execution: string;
  now: Date;
  target: Target;
}

/** The revision (its ARN) that an earlier try of this execution has registered, or else a new one. `since`: an older revision. */
export const findOrRegister = async (
  registrar: Registrar,
  wanted: RevisionRegistration,
  since: string,
): Promise<string> =>
  (await findRegisteredRevision(registrar, wanted, since)) ?? (await registerRevision(registrar, wanted));

/** Also if the answer to the earlier try was lost. */
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
  const client = await ecsClientWithoutRetries(target, execution, now);
  return registerTaskDefinition(client, wanted.definition, wanted.tags).catch((error: unknown) => {
    throw explainEcsError(error, `to register a revision of ${wanted.definition.family}`, target.roleArn);
  });
}
