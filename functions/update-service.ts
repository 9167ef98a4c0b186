import * as z from 'zod';
import { isTableUnavailable } from '../aws/dynamodb.ts';
import {
  createTargetEcsClient,
  createTargetEcsClientWithoutRetries,
  describeService,
  updateService,
} from '../aws/ecs.ts';
import { toObservedService } from '../aws/ecs-deployments.ts';
import { findRolloutsOfRevision } from '../aws/ecs-history.ts';
import { type ClockAndLogger, createLambdaHandler } from '../aws/lambda.ts';
import { assertAndRenewLease } from '../aws/lease.ts';
import { releaseLease } from '../aws/release-lease.ts';
import { toFailure } from '../core/errors/aws-failure.ts';
import { explainEcsError } from '../core/errors/ecs-error.ts';
import { Failure } from '../core/errors/failure.ts';
import type { Release, Target } from '../core/model/release.ts';
import type { Rollout } from '../core/model/state-data.ts';
import { leaseStateSchema, planSchema, releaseSchema, revisionSchema } from '../core/model/state-schemas.ts';
import { taskTokensKey } from '../core/model/table-keys.ts';
import { planFirstRolloutCheck } from '../core/rollout/next-check.ts';
import type { DescribedService } from '../core/service/described-service.ts';
import { isLease } from '../core/service/lease.ts';
import { calculateStaleReadWaitMs } from '../core/service/stale-read.ts';
import { decideUpdate, getStartedRollout, needsDeploymentHistory, type UpdateFacts } from '../core/service/update.ts';
import { assertBeforeDeadline, rethrowAsDeadlineFailure } from '../core/waiting/deadline.ts';

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

type ECSClient = Awaited<ReturnType<typeof createTargetEcsClient>>;

/**
 * State Update Service: updates the service to the revision only once, because a retry first reads the effect of an earlier try. Releases the lease
 * afterwards.
 */
export const handler = createLambdaHandler(eventSchema.parse, (event, clockAndLogger): Promise<Rollout> => {
  const { release } = event.input;
  return update(event, clockAndLogger).catch(rethrowAsDeadlineFailure(release, clockAndLogger.now, activity));
});

async function update(
  { execution, retries, input }: z.infer<typeof eventSchema>,
  { now: begun, readTime, wait, logger }: ClockAndLogger,
): Promise<Rollout> {
  const { release, plan, revision, lease } = input;
  const { target } = release;
  // Renews the lease before it reads the service. No call may come between that read and the write, because somebody else could deploy during the call.
  const held = await assertAndRenewLease(target, lease, { execution, now: begun }).catch((lost: unknown) => ({ lost }));
  await wait(calculateStaleReadWaitMs({ now: begun, retries, lease: isLease(held) ? held : undefined }));
  const now = readTime();
  const session = { execution, access: 'update service' as const };
  const client = await createTargetEcsClient(target, session, now);
  const retried = retries > 0;
  // The history is read before the service, so that the service also shows a deployment that began between the two reads.
  const early = retried ? await readOwnHistory(client, input) : undefined;
  const service = requireService(await describeService(client, target), target);
  const disturbed = early === undefined && needsDeploymentHistory({ service, retried }, plan);
  const history = early ?? (disturbed ? await readOwnHistory(client, input) : []);
  const decision = decideUpdate({ service, retried, history }, plan, revision);
  logger.info(`To the service: ${decision.do}`, { decision });
  if (decision.do === 'nothing') {
    await releaseLease(target, lease, { execution, now: readTime() });
    return decision.rollout;
  }
  // If an earlier try has sent the update, a lost lease does not matter (see above). Otherwise a lost lease forbids the write.
  if (held !== undefined && 'lost' in held) throw held.lost;
  if (isTableUnavailable(held)) logger.warn('The lease could not be read', { why: held.unavailable });
  assertBeforeDeadline(release, now, activity);
  const updated = await updateService(
    await createTargetEcsClientWithoutRetries(target, session, now),
    target,
    decision,
  ).catch((error) => {
    throw explainEcsError(error, `to update the service ${target.service}`, target.roleArn);
  });
  const rollout = getStartedRollout(updated, plan, revision);
  await releaseLease(target, lease, { execution, now: readTime() });
  return { ...rollout, next: planFirstCheck(updated, rollout, { release, now }) };
}

function planFirstCheck(
  updated: Awaited<ReturnType<typeof updateService>>,
  rollout: Rollout,
  { release, now }: { release: Release; now: Date },
): Rollout['next'] {
  const { target, woken, deadline } = release;
  if (!woken || updated === undefined) return undefined;
  const subscription = { key: taskTokensKey(target), deployment: rollout.deploymentId, woken: false };
  return planFirstRolloutCheck(toObservedService(updated), {
    now,
    rollout,
    subscription,
    deadline: new Date(deadline),
  });
}

/** Deployments of the revision since the plan was made. If the role is not allowed to read the history, the service is updated without it. */
const readOwnHistory = (
  client: ECSClient,
  { release, plan, revision: { taskDefinition } }: z.infer<typeof eventSchema>['input'],
): Promise<UpdateFacts['history']> =>
  plan.at === undefined
    ? Promise.resolve('unknown')
    : findRolloutsOfRevision(client, release.target, { taskDefinition, since: new Date(plan.at) }).catch(returnUnknown);

function returnUnknown(error: unknown): 'unknown' {
  if (toFailure(error, 'reading the deployment history').name === 'PermissionError') return 'unknown';
  throw error;
}

const requireService = (service: DescribedService | 'no cluster' | 'no service', target: Target): DescribedService => {
  if (typeof service === 'object') return service;
  throw new Failure('RevisionOutOfSync', `The service ${target.service} has been deleted since it was checked.`);
};
