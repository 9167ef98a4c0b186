import { ecsOf, updateService } from '../aws/ecs.ts';
import { stopServiceDeployment } from '../aws/ecs-deployments.ts';
import { door } from '../aws/lambda.ts';
import { lookAt } from '../aws/rollout.ts';
import type { RollBack } from '../core/deployment.ts';
import { decideRollBack, type RollBackDecision, rollBackOf } from '../core/roll-back.ts';
import { failedRollout } from '../core/verdict-schema.ts';

/** State Roll Back: puts the old revision back. A retry looks anew and finds what the attempt before it has done. */
export const handler = door(failedRollout.parse, async ({ execution, input }, { now, logger }): Promise<RollBack> => {
  const { release, plan, rollout, verdict } = input;
  const { serviceDeploymentArn } = verdict;
  const look = await lookAt({ execution, now, release, rollout, followed: false, serviceDeploymentArn });
  const decision = decideRollBack(look, plan.before.taskDefinition);
  logger.info(`To roll back: ${decision.do}`, { decision });
  const client = await ecsOf(release.target, execution, now);
  return carryOut(decision, {
    stop: (arn) => stopServiceDeployment(client, arn),
    update: (taskDefinition) => updateService(client, release.target, { taskDefinition, force: false }),
  });
});

interface Hands {
  stop: (serviceDeploymentArn: string) => Promise<boolean>;
  update: (taskDefinition: string) => ReturnType<typeof updateService>;
}

async function carryOut(decision: RollBackDecision, hands: Hands): Promise<RollBack> {
  switch (decision.do) {
    case 'stop': {
      const stopped = await hands.stop(decision.serviceDeploymentArn);
      return stopped ? rollBackOf(decision) : { did: 'stopped', sentence: 'ECS was ending the deployment already.' };
    }
    case 'update': {
      const service = await hands.update(decision.taskDefinition);
      return rollBackOf(decision, service?.deployments?.find(({ status }) => status === 'PRIMARY')?.id);
    }
    case 'nothing':
      return rollBackOf(decision);
  }
}
