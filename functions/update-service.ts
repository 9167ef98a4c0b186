import * as z from 'zod';
import { isTableUnavailable } from '../aws/dynamodb.ts';
import { describeService, ecsClientFor, ecsClientWithoutRetries, updateService } from '../aws/ecs.ts';
import { findRolloutsSince } from '../aws/ecs-history.ts';
import { type ClockAndLogger, lambdaHandler } from '../aws/lambda.ts';
import { assertAndRenewLease, releaseLease } from '../aws/lease.ts';
import { toFailure } from '../core/errors/aws-failure.ts';
import { explainEcsError } from '../core/errors/ecs-error.ts';
import { Failure } from '../core/errors/failure.ts';
import type { Target } from '../core/model/release.ts';
import type { Rollout } from '../core/model/state-data.ts';
import { leaseStateSchema, planSchema, releaseSchema, revisionSchema } from '../core/model/state-schemas.ts';
import type { DescribedService } from '../core/service/described-service.ts';
import { decideUpdate, needsHistory, requireStartedRollout, type UpdateFacts } from '../core/service/update.ts';
import { assertBeforeDeadline, stopRetryingNearDeadline } from '../core/waiting/deadline.ts';

const eventSchema = z.object({
  execution: z.string(),
  retries: z.number().default(0),
  input: z.object({
    release: releaseSchema,
    plan: planSchema,
    revision: revisionSchema,
    lease: leaseStateSchema.optional(),
  }),
});

const activity = 'update the service';

type ECSClient = Awaited<ReturnType<typeof ecsClientFor>>;

/** State Update Service: points the service to the revision, once: a retry looks first and finds what was done before. Then the next execution gets its turn. */
export const handler = lambdaHandler(eventSchema.parse, (asked, around): Promise<Rollout> => {
  const { release } = asked.input;
  return update(asked, around).catch(stopRetryingNearDeadline(release, around.now, activity));
});

async function update(
  { execution, retries, input }: z.infer<typeof eventSchema>,
  { now, logger }: ClockAndLogger,
): Promise<Rollout> {
  const { release, plan, revision, lease } = input;
  const { target } = release;
  // Before the look at the service: between that and the write there must be no other call, in which somebody else could deploy.
  const asked = await assertAndRenewLease(target, lease, { execution, now }).catch((lost: unknown) => ({ lost }));
  const client = await ecsClientFor(target, execution, now);
  const retried = retries > 0;
  // Before the service itself: a deployment that began in between shows there.
  const early = retried ? await readOwnHistory(client, input) : undefined;
  const service = requireService(await describeService(client, target), target);
  const disturbed = early === undefined && needsHistory({ service, retried }, plan);
  const history = early ?? (disturbed ? await readOwnHistory(client, input) : []);
  const decision = decideUpdate({ service, retried, history }, plan, revision);
  logger.info(`To the service: ${decision.do}`, { decision });
  if (decision.do === 'nothing') {
    await releaseLease(target, lease, { execution, now });
    return decision.rollout;
  }
  // A lease that was lost after the write has done its service, above; now it forbids the write.
  if (asked !== undefined && 'lost' in asked) throw asked.lost;
  if (isTableUnavailable(asked)) logger.warn('The lease could not be looked at', { why: asked.unavailable });
  assertBeforeDeadline(release, now, activity);
  const updated = await updateService(await ecsClientWithoutRetries(target, execution, now), target, decision).catch(
    (error) => {
      throw explainEcsError(error, `to update the service ${target.service}`, target.roleArn);
    },
  );
  const rollout = requireStartedRollout(updated, plan, revision);
  await releaseLease(target, lease, { execution, now });
  return rollout;
}

/** Deployments of the revision since the plan was made. A role that is not allowed to read the history updates the service without it. */
const readOwnHistory = (
  client: ECSClient,
  { release, plan, revision: { taskDefinition } }: z.infer<typeof eventSchema>['input'],
): Promise<UpdateFacts['history']> =>
  plan.at === undefined
    ? Promise.resolve('unknown')
    : findRolloutsSince(client, release.target, { taskDefinition, since: new Date(plan.at) }).catch(returnUnknown);

function returnUnknown(error: unknown): 'unknown' {
  if (toFailure(error, 'reading the deployment history').name === 'PermissionError') return 'unknown';
  throw error;
}

const requireService = (service: DescribedService | 'no cluster' | 'no service', target: Target): DescribedService => {
  if (typeof service === 'object') return service;
  throw new Failure('RevisionOutOfSync', `The service ${target.service} has been deleted since it was checked.`);
};
