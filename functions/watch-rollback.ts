import { door } from '../aws/lambda.ts';
import { lookAt } from '../aws/rollout.ts';
import type { Aftermath } from '../core/model/states.ts';
import { failedRollout } from '../core/model/verdict-schemas.ts';
import { judgeAftermath, latestFor } from '../core/rollback/outcome.ts';
import { wasHeard } from '../core/waiting/subscription.ts';

/** State Watch Rollback: one look at where the service ends up after the failed rollout. */
export const handler = door(failedRollout.parse, async ({ execution, input }, { now, logger }): Promise<Aftermath> => {
  const { release, plan, verdict, rollback, job, standing } = input;
  const look = await lookAt({
    execution,
    now,
    release,
    rollout: verdict.following ?? input.rollout,
    followed: verdict.following !== undefined,
    serviceDeploymentArn: verdict.serviceDeploymentArn,
    heard: standing?.outcome === 'going on' && wasHeard(standing, input.sleep),
    for: 'rollback',
  });
  const aftermath = judgeAftermath({
    look,
    before: plan.before.taskDefinition,
    rollBack: rollback,
    since: new Date(verdict.at),
    latest: job === undefined ? undefined : latestFor(new Date(release.deadline)),
  });
  logger.info(`The rollback is ${aftermath.outcome}`, { aftermath });
  return aftermath;
});
