import type * as z from 'zod';
import config from '#config';
import { isTableUnavailable } from '../aws/dynamodb.ts';
import { createTargetEcsClient, createTargetEcsClientWithoutRetries, updateService } from '../aws/ecs.ts';
import { stopServiceDeployment } from '../aws/ecs-deployments.ts';
import { type ClockAndLogger, createLambdaHandler } from '../aws/lambda.ts';
import { assertAndRenewLease } from '../aws/lease.ts';
import { logMetricIfOverdue } from '../aws/overdue-rollback.ts';
import { findOrRegisterRevision } from '../aws/register-revision.ts';
import { releaseLease } from '../aws/release-lease.ts';
import { observeRollout } from '../aws/rollout-observation.ts';
import { readServiceHistory } from '../aws/service-history.ts';
import { toFailure } from '../core/errors/aws-failure.ts';
import { explainEcsError } from '../core/errors/ecs-error.ts';
import type { RollbackActionResult } from '../core/model/state-data.ts';
import { failedRolloutEventSchema } from '../core/model/verdict-schemas.ts';
import { decideRollbackAction } from '../core/rollback/action.ts';
import {
  createRollbackActionResult,
  type RollbackAction,
  type StartedRestore,
} from '../core/rollback/action-result.ts';
import type { RollbackFacts } from '../core/rollback/facts.ts';
import { planFirstRollbackCheck } from '../core/rollback/first-check.ts';
import { calculateJobReportTime } from '../core/rollback/report-time.ts';
import { findRequestedRestore } from '../core/rollback/requested-restore.ts';
import { decideRegistrationForRestore } from '../core/rollback/restored-revision.ts';
import type { RolloutObservation } from '../core/rollout/observation.ts';
import { isLease } from '../core/service/lease.ts';
import { calculateStaleReadWaitMs } from '../core/service/stale-read.ts';

type FailedRolloutEvent = z.infer<typeof failedRolloutEventSchema>;

/** State Roll Back: restores the last known-good revision. A retry reads the service again and finds the effect of an earlier try. */
export const handler = createLambdaHandler(
  failedRolloutEventSchema.parse,
  async (event, clockAndLogger): Promise<RollbackActionResult> => {
    logMetricIfOverdue(event.input.verdict.at, config, clockAndLogger);
    const { execution, input } = event;
    const { release, lease } = input;
    const { readTime } = clockAndLogger;
    // If the state will not be retried at once, this try releases the lease, so that others can deploy until the next try.
    const giveBack = async (error: unknown): Promise<never> => {
      if (event.retries >= maxRetries || toFailure(error, 'rolling back').name !== 'SystemUnavailable')
        await releaseLease(release.target, lease, { execution, now: readTime() });
      throw error;
    };
    const result = await rollBack(event, clockAndLogger).catch(giveBack);
    await releaseLease(release.target, lease, { execution, now: readTime() });
    return result;
  },
);

/** How often the state is retried at once (`MaxAttempts` of Roll Back in the machines). */
const maxRetries = 2;

async function rollBack(event: FailedRolloutEvent, clockAndLogger: ClockAndLogger): Promise<RollbackActionResult> {
  const { execution, input, retries } = event;
  const { release, lease } = input;
  const { wait, logger } = clockAndLogger;
  const { startedAt: changedAt } = input.rollout;
  const requester = { execution, now: clockAndLogger.now };
  // Renews the lease before it reads the service, as in Update Service, so that no call comes between the decision and the write.
  const held = await assertAndRenewLease(release.target, lease, requester).catch((lost: unknown) => ({ lost }));
  await wait(calculateStaleReadWaitMs({ ...requester, retries, changedAt, lease: isLease(held) ? held : undefined }));
  const now = clockAndLogger.readTime();
  const { action, revisions, observation } = await decide(event, now);
  logger.info(`The rollback: ${action.do}`, { action });
  const isLost = held !== undefined && 'lost' in held;
  if (action.do !== 'nothing' && isLost) throw held.lost;
  if (isTableUnavailable(held)) logger.warn('The lease could not be read', { why: held.unavailable });
  const result = await carryOut(action, { event, now, revisions, observation });
  return withFirstCheck(result, event, observation);
}

/** Plans the first check, because an immediate check would find nothing new. If the final state is already known, no check is needed. */
function withFirstCheck(
  result: RollbackActionResult,
  { input }: FailedRolloutEvent,
  observation: RolloutObservation,
): RollbackActionResult {
  if (result.did === 'nothing') return result;
  const begun = { observation, since: new Date(input.verdict.at), latest: calculateJobReportTime(input) };
  return { ...result, next: planFirstRollbackCheck(begun, result.did, result.deploymentId) };
}

const rollbackSession = (execution: string) => ({ execution, access: 'roll back' as const });

async function decide({ execution, input }: FailedRolloutEvent, now: Date) {
  const { release, plan, rollout, verdict, rollback } = input;
  const { target } = release;
  const session = rollbackSession(execution);
  const client = await createTargetEcsClient(target, session, now);
  const { serviceDeploymentArn } = verdict;
  const query = { session, now, release, rollout, followed: false, serviceDeploymentArn, for: 'rollback' as const };
  // Reads the past before the service. A call between the read of the service and the write would leave time for somebody else to deploy.
  const past = await readServiceHistory(client, target, [plan.before.taskDefinition]);
  const observation = await observeRollout(query);
  const service = target.name ?? `${target.cluster}/${target.service}`;
  const requested = findRequestedRestore(input);
  const { late } = verdict;
  const facts = { ...past, observation, plan, service, requested, restoring: rollback?.deploymentId, late };
  return { action: decideRollbackAction(facts), revisions: past.revisions, observation };
}

interface RollbackContext {
  event: FailedRolloutEvent;
  now: Date;
  revisions: RollbackFacts['revisions'];
  observation: RolloutObservation;
}

async function carryOut(action: RollbackAction, context: RollbackContext): Promise<RollbackActionResult> {
  const { event, now } = context;
  if (action.do === 'nothing') return createRollbackActionResult(action, now);
  if (action.do === 'update') return createRollbackActionResult(action, now, await update(action, context));
  const client = await createTargetEcsClient(event.input.release.target, rollbackSession(event.execution), now);
  const isStopped = await stopServiceDeployment(client, action.serviceDeploymentArn);
  const result = createRollbackActionResult(action, now);
  return isStopped ? result : { ...result, sentence: 'ECS was ending the deployment already.' };
}

async function update(
  action: RollbackAction & { do: 'update' },
  { event, now, revisions, observation }: RollbackContext,
): Promise<StartedRestore> {
  const { execution, input } = event;
  const { target } = input.release;
  const wanted = decideRegistrationForRestore(action, { execution, rollout: input.rollout, revisions });
  const taskDefinition =
    wanted === undefined
      ? action.back
      : await findOrRegisterRevision({ execution, now, target }, wanted, input.rollout.taskDefinition);
  // The SDK must not retry the update: the service has to be read first, because somebody else may have deployed in the meantime.
  const once = await createTargetEcsClientWithoutRetries(target, rollbackSession(execution), now);
  // Forces a deployment of the revision that the service already has, because otherwise ECS starts none. An earlier try has deployed this revision, and that
  // deployment failed.
  const force = action.force || taskDefinition === observation.service.taskDefinition;
  const service = await updateService(once, target, { taskDefinition, force }).catch((error: unknown) => {
    throw explainEcsError(error, `to update the service ${target.service}`, target.roleArn);
  });
  const started = service?.deployments?.find(({ status }) => status === 'PRIMARY');
  return { deploymentId: started?.id, startedAt: started?.createdAt, taskDefinition, warnings: wanted?.warnings };
}
