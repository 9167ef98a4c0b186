import { isUnavailable } from '../aws/dynamodb.ts';
import { ecsOf, ecsOnceOf, updateService } from '../aws/ecs.ts';
import { stopServiceDeployment } from '../aws/ecs-deployments.ts';
import { door } from '../aws/lambda.ts';
import { giveBack, keepLease } from '../aws/lease.ts';
import { lookAt } from '../aws/rollout.ts';
import type { RollBack } from '../core/model/states.ts';
import { failedRollout } from '../core/model/verdict-schemas.ts';
import { decideRollBack, type RollBackDecision, rollBackOf } from '../core/rollback/method.ts';

/** State Roll Back: puts the old revision back. A retry looks anew and finds what the attempt before it has done. */
export const handler = door(failedRollout.parse, async ({ execution, input }, { now, logger }): Promise<RollBack> => {
  const { release, plan, rollout, verdict, lease } = input;
  const { serviceDeploymentArn } = verdict;
  // Before the look, as in Update Service: what is decided on it is done at once.
  const asked = await keepLease(release.target, lease, { execution, now }).catch((lost: unknown) => ({ lost }));
  const question = { execution, now, release, rollout, followed: false, serviceDeploymentArn };
  const look = await lookAt({ ...question, for: 'rollback' });
  const decision = decideRollBack(look, plan.before.taskDefinition);
  logger.info(`To roll back: ${decision.do}`, { decision });
  if (decision.do === 'nothing') {
    await giveBack(release.target, lease, { execution, now });
    return rollBackOf(decision);
  }
  if (asked !== undefined && 'lost' in asked) throw asked.lost;
  if (isUnavailable(asked)) logger.warn('The lease could not be looked at', { why: asked.unavailable });
  const client = await ecsOf(release.target, execution, now);
  const once = await ecsOnceOf(release.target, execution, now);
  const done = await carryOut(decision, {
    stop: (arn) => stopServiceDeployment(client, arn),
    // Never sent twice without a new look: in between the service may have become somebody else's.
    update: (taskDefinition) => updateService(once, release.target, { taskDefinition, force: false }),
  });
  await giveBack(release.target, lease, { execution, now });
  return done;
});

interface Hands {
  stop: (serviceDeploymentArn: string) => Promise<boolean>;
  update: (taskDefinition: string) => ReturnType<typeof updateService>;
}

async function carryOut(decision: Exclude<RollBackDecision, { do: 'nothing' }>, hands: Hands): Promise<RollBack> {
  if (decision.do === 'stop') {
    const stopped = await hands.stop(decision.serviceDeploymentArn);
    return stopped ? rollBackOf(decision) : { did: 'stopped', sentence: 'ECS was ending the deployment already.' };
  }
  const service = await hands.update(decision.taskDefinition);
  return rollBackOf(decision, service?.deployments?.find(({ status }) => status === 'PRIMARY')?.id);
}
