import * as z from 'zod';
import { isUnavailable } from '../aws/dynamodb.ts';
import { ecsOf, ecsOnceOf, newestRevisions } from '../aws/ecs.ts';
import { describeTaskDefinition, registerTaskDefinition } from '../aws/ecs-raw.ts';
import { door, type Surroundings } from '../aws/lambda.ts';
import { ownLease } from '../aws/lease.ts';
import { taskDefinitionFile } from '../aws/target.ts';
import { ecsRefusal } from '../core/errors/ecs-refusal.ts';
import { Failure } from '../core/errors/failure.ts';
import type { Release } from '../core/model/release.ts';
import { leasing, plan, release } from '../core/model/state-schemas.ts';
import type { Plan, Revision } from '../core/model/states.ts';
import type { Described } from '../core/task-definition/raw.ts';
import { decideRevision, isOurs, type Registration, revisionsSince } from '../core/task-definition/revision.ts';
import { inTime, lastTry } from '../core/waiting/deadline.ts';

const pipeline = z.object({ name: z.string(), executionId: z.string() }).partial();
const job = z.object({ pipeline: pipeline.optional() });
/** Of a way back: the revision to go to. */
const decision = z.object({ revision: z.string().optional() });
const event = z.object({
  execution: z.string(),
  input: z.object({ release, plan, job: job.optional(), lease: leasing.optional(), decision: decision.optional() }),
});

type Client = Parameters<typeof describeTaskDefinition>[0];

const what = 'register a revision';

/** State Register Revision: finds the revision that carries the images, or registers it: the base, whole, with the images in it. */
export const handler = door(event.parse, async (asked, around): Promise<Revision> => {
  const { release } = asked.input;
  inTime(release, around.now, what);
  return revisionFor(asked, around).catch(lastTry(release, around.now, what));
});

async function revisionFor(
  { execution, input }: z.infer<typeof event>,
  { now, logger }: Surroundings,
): Promise<Revision> {
  const { release, plan, job } = input;
  const client = await ecsOf(release.target, execution, now);
  const base = await baseOf(client, release, plan);
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
  const held = await ownLease(release.target, input.lease, { execution, now });
  if (isUnavailable(held)) logger.warn('The lease could not be looked at', { why: held.unavailable });
  const registered =
    (await findOurs(client, execution, { wanted: decision, plan })) ??
    (await register(release, execution, { wanted: decision, now }));
  return { taskDefinition: registered, same: false };
}

async function baseOf(client: Client, release: Release, { baseTaskDefinition }: Plan): Promise<Described> {
  if (release.base.from === 'file') return taskDefinitionFile(release, release.base.path);
  const found = baseTaskDefinition && (await describeTaskDefinition(client, baseTaskDefinition));
  if (!found)
    throw new Failure(
      'RevisionOutOfSync',
      `The revision to build on, ${baseTaskDefinition}, has been deleted since it was checked.`,
    );
  return found;
}

/** The revision that an earlier try of this execution has registered, also where its answer was lost. */
async function findOurs(
  client: Client,
  execution: string,
  { wanted, plan }: { wanted: Registration; plan: Plan },
): Promise<string | undefined> {
  const newest = await newestRevisions(client, wanted.definition.family);
  for (const arn of revisionsSince(plan.baseTaskDefinition ?? plan.before.taskDefinition, newest)) {
    const found = await describeTaskDefinition(client, arn);
    if (found !== undefined && isOurs(found, execution, wanted.definition)) return arn;
  }
  return undefined;
}

async function register(
  { target }: Release,
  execution: string,
  { wanted, now }: { wanted: Registration; now: Date },
): Promise<string> {
  const client = await ecsOnceOf(target, execution, now);
  return registerTaskDefinition(client, wanted.definition, wanted.tags).catch((error: unknown) => {
    throw ecsRefusal(error, `to register a revision of ${wanted.definition.family}`, target.roleArn);
  });
}
