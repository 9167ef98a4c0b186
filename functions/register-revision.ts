import * as z from 'zod';
import { isTableUnavailable } from '../aws/dynamodb.ts';
import { createTargetEcsClient } from '../aws/ecs.ts';
import { describeRequestedTaskDefinition } from '../aws/ecs-task-definitions.ts';
import { type ClockAndLogger, createLambdaHandler } from '../aws/lambda.ts';
import { assertLeaseHeld } from '../aws/lease.ts';
import { findOrRegisterRevision } from '../aws/register-revision.ts';
import { readTaskDefinitionFromArtifact } from '../aws/target-facts.ts';
import { Failure } from '../core/errors/failure.ts';
import type { Release, Target } from '../core/model/release.ts';
import type { RegisteredRevision, ReleasePlan } from '../core/model/state-data.ts';
import { leaseStateSchema, planSchema, releaseSchema } from '../core/model/state-schemas.ts';
import { type DescribedTaskDefinition, familyOfRevision } from '../core/task-definition/raw.ts';
import { decideRevision } from '../core/task-definition/revision.ts';
import { assertBeforeDeadline, rethrowAsDeadlineFailure } from '../core/waiting/deadline.ts';

const pipelineSchema = z.object({ name: z.string(), executionId: z.string() }).partial();
const jobSchema = z.object({ id: z.string(), pipeline: pipelineSchema.optional() });
/** For a rollback: the revision to restore. */
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

const activity = 'register a revision';

/** State Register Revision: finds the revision with the wanted images, or registers it: a full copy of the base with these images. */
export const handler = createLambdaHandler(
  eventSchema.parse,
  async (event, clockAndLogger): Promise<RegisteredRevision> => {
    const { release } = event.input;
    assertBeforeDeadline(release, clockAndLogger.now, activity);
    return registerUnderLease(event, clockAndLogger).catch(
      rethrowAsDeadlineFailure(release, clockAndLogger.now, activity),
    );
  },
);

async function registerUnderLease(
  { execution, input }: z.infer<typeof eventSchema>,
  { now, logger }: ClockAndLogger,
): Promise<RegisteredRevision> {
  const { release, plan, job } = input;
  const base = await readBase({ release, plan, jobId: job?.id }, { execution, now });
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
  if (isTableUnavailable(held)) logger.warn('The lease could not be read', { why: held.unavailable });
  const since = plan.baseTaskDefinition ?? plan.before.taskDefinition;
  const registered = await findOrRegisterRevision({ execution, now, target: release.target }, decision, since);
  for (const warning of decision.warnings) logger.warn(warning);
  return {
    taskDefinition: registered,
    same: false,
    ...(decision.warnings.length === 0 ? {} : { warnings: decision.warnings }),
  };
}

async function readBase(
  { release, plan, jobId }: { release: Release; plan: ReleasePlan; jobId: string | undefined },
  { execution, now }: { execution: string; now: Date },
): Promise<DescribedTaskDefinition> {
  if (release.base.from === 'file') return readTaskDefinitionFromArtifact(release, release.base, jobId);
  const { baseTaskDefinition } = plan;
  const found = baseTaskDefinition && (await describeBase(release.target, baseTaskDefinition, { execution, now }));
  if (!found)
    throw new Failure(
      'RevisionOutOfSync',
      `The revision to build on, ${baseTaskDefinition}, has been deleted since it was checked.`,
    );
  return found;
}

/** Reads the base with the session that will register the next revision. This session is limited to the family of the base. */
async function describeBase(target: Target, revision: string, { execution, now }: { execution: string; now: Date }) {
  const session = { execution, access: 'register revision' as const, family: familyOfRevision(revision) };
  return describeRequestedTaskDefinition(await createTargetEcsClient(target, session, now), revision);
}
