import { isTableUnavailable } from '../aws/dynamodb.ts';
import { ecsClientFor, ecsClientWithoutRetries, updateService } from '../aws/ecs.ts';
import { stopServiceDeployment } from '../aws/ecs-deployments.ts';
import { lambdaHandler } from '../aws/lambda.ts';
import { assertAndRenewLease, releaseLease } from '../aws/lease.ts';
import { observeRollout } from '../aws/rollout-observation.ts';
import type { RollbackResult } from '../core/model/state-data.ts';
import { failedRolloutEventSchema } from '../core/model/verdict-schemas.ts';
import { createRollbackResult, decideRollbackAction, type RollbackAction } from '../core/rollback/action.ts';

/** State Roll Back: puts the old revision back. A retry looks anew and finds what the attempt before it has done. */
export const handler = lambdaHandler(
  failedRolloutEventSchema.parse,
  async ({ execution, input }, { now, logger }): Promise<RollbackResult> => {
    const { release, plan, rollout, verdict, lease } = input;
    const { serviceDeploymentArn } = verdict;
    // Before the look, as in Update Service: what is decided on it is done at once.
    const asked = await assertAndRenewLease(release.target, lease, { execution, now }).catch((lost: unknown) => ({
      lost,
    }));
    const question = { execution, now, release, rollout, followed: false, serviceDeploymentArn };
    const look = await observeRollout({ ...question, for: 'rollback' });
    const decision = decideRollbackAction(look, plan.before.taskDefinition);
    logger.info(`To roll back: ${decision.do}`, { decision });
    if (decision.do === 'nothing') {
      await releaseLease(release.target, lease, { execution, now });
      return createRollbackResult(decision);
    }
    if (asked !== undefined && 'lost' in asked) throw asked.lost;
    if (isTableUnavailable(asked)) logger.warn('The lease could not be looked at', { why: asked.unavailable });
    const client = await ecsClientFor(release.target, execution, now);
    const once = await ecsClientWithoutRetries(release.target, execution, now);
    const done = await carryOutRollback(decision, {
      stop: (arn) => stopServiceDeployment(client, arn),
      // Never sent twice without a new look: in between the service may have become somebody else's.
      update: (taskDefinition) => updateService(once, release.target, { taskDefinition, force: false }),
    });
    await releaseLease(release.target, lease, { execution, now });
    return done;
  },
);

interface RollbackActions {
  stop: (serviceDeploymentArn: string) => Promise<boolean>;
  update: (taskDefinition: string) => ReturnType<typeof updateService>;
}

async function carryOutRollback(
  decision: Exclude<RollbackAction, { do: 'nothing' }>,
  hands: RollbackActions,
): Promise<RollbackResult> {
  if (decision.do === 'stop') {
    const stopped = await hands.stop(decision.serviceDeploymentArn);
    return stopped
      ? createRollbackResult(decision)
      : { did: 'stopped', sentence: 'ECS was ending the deployment already.' };
  }
  const service = await hands.update(decision.taskDefinition);
  return createRollbackResult(decision, service?.deployments?.find(({ status }) => status === 'PRIMARY')?.id);
}
