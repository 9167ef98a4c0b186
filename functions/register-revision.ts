import * as z from 'zod';
import { isTableUnavailable } from '../aws/dynamodb.ts';
import { ecsClientFor, ecsClientWithoutRetries, listNewestRevisions } from '../aws/ecs.ts';
import { describeRequestedTaskDefinition, registerTaskDefinition } from '../aws/ecs-task-definitions.ts';
import { type ClockAndLogger, lambdaHandler } from '../aws/lambda.ts';
import { assertLeaseHeld } from '../aws/lease.ts';
import { readTaskDefinitionFromArtifact } from '../aws/target-facts.ts';
import { explainEcsError } from '../core/errors/ecs-error.ts';
import { Failure } from '../core/errors/failure.ts';
import type { Release } from '../core/model/release.ts';
import type { RegisteredRevision, ReleasePlan } from '../core/model/state-data.ts';
import { leaseStateSchema, planSchema, releaseSchema } from '../core/model/state-schemas.ts';
import type { DescribedTaskDefinition } from '../core/task-definition/raw.ts';
import {
  decideRevision,
  isFromThisExecution,
  type RevisionRegistration,
  revisionsSince,
} from '../core/task-definition/revision.ts';
import { assertBeforeDeadline, stopRetryingNearDeadline } from '../core/waiting/deadline.ts';

const pipelineSchema = z.object({ name: z.string(), executionId: z.string() }).partial();
const jobSchema = z.object({ pipeline: pipelineSchema.optional() });
/** Of a way back: the revision to go to. */
const decisionSchema = z.object({ revision: z.string().optional() });
const eventSchema = z.object({
  execution: z.string(),
  input: z.object({
    release: releaseSchema,
    plan: planSchema,
    job: jobSchema.optional(),
    lease: leaseStateSchema.optional(),
    decision: decisionSchema.optional(),
  }),
});

type Client = Parameters<typeof describeRequestedTaskDefinition>[0];

const activity = 'register a revision';

/** State Register Revision: finds the revision that carries the images, or registers it: the base, whole, with the images in it. */
export const handler = lambdaHandler(eventSchema.parse, async (asked, around): Promise<RegisteredRevision> => {
  const { release } = asked.input;
  assertBeforeDeadline(release, around.now, activity);
  return findOrRegisterRevision(asked, around).catch(stopRetryingNearDeadline(release, around.now, activity));
});

async function findOrRegisterRevision(
  { execution, input }: z.infer<typeof eventSchema>,
  { now, logger }: ClockAndLogger,
): Promise<RegisteredRevision> {
  const { release, plan, job } = input;
  const client = await ecsClientFor(release.target, execution, now);
  const base = await readBase(client, release, plan);
  const source = [job?.pipeline?.name, job?.pipeline?.executionId].filter((part) => part !== undefined).join('/');
  const decision = decideRevision({
    execution,
    release,
    plan,
    base,
    pipeline: source || undefined,
    restores: input.decision?.revision,
  });
  logger.info(`The revision to deploy: ${decision.do}`, { base: plan.baseTaskDefinition });
  if (decision.do === 'keep') return decision.revision;
  const held = await assertLeaseHeld(release.target, input.lease, { execution, now });
  if (isTableUnavailable(held)) logger.warn('The lease could not be looked at', { why: held.unavailable });
  const registered =
    (await findRegisteredRevision(client, execution, { wanted: decision, plan })) ??
    (await registerRevision(release, execution, { wanted: decision, now }));
  for (const warning of decision.warnings) logger.warn(warning);
  return {
    taskDefinition: registered,
    same: false,
    ...(decision.warnings.length === 0 ? {} : { warnings: decision.warnings }),
  };
}

async function readBase(
  client: Client,
  release: Release,
  { baseTaskDefinition }: ReleasePlan,
): Promise<DescribedTaskDefinition> {
  if (release.base.from === 'file') return readTaskDefinitionFromArtifact(release, release.base);
  const found = baseTaskDefinition && (await describeRequestedTaskDefinition(client, baseTaskDefinition));
  if (!found)
    throw new Failure(
      'RevisionOutOfSync',
      `The revision to build on, ${baseTaskDefinition}, has been deleted since it was checked.`,
    );
  return found;
}

/** The revision that an earlier try of this execution has registered, also where its answer was lost. */
async function findRegisteredRevision(
  client: Client,
  execution: string,
  { wanted, plan }: { wanted: RevisionRegistration; plan: ReleasePlan },
): Promise<string | undefined> {
  const newest = await listNewestRevisions(client, wanted.definition.family);
  for (const arn of revisionsSince(plan.baseTaskDefinition ?? plan.before.taskDefinition, newest)) {
    const found = await describeRequestedTaskDefinition(client, arn);
    if (found !== undefined && isFromThisExecution(found, execution, wanted.definition)) return arn;
  }
  return undefined;
}

async function registerRevision(
  { target }: Release,
  execution: string,
  { wanted, now }: { wanted: RevisionRegistration; now: Date },
): Promise<string> {
  const client = await ecsClientWithoutRetries(target, execution, now);
  return registerTaskDefinition(client, wanted.definition, wanted.tags).catch((error: unknown) => {
    throw explainEcsError(error, `to register a revision of ${wanted.definition.family}`, target.roleArn);
  });
}
