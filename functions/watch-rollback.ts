import { lambdaHandler } from '../aws/lambda.ts';
import { observeRollout } from '../aws/rollout-observation.ts';
import type { RollbackOutcome } from '../core/model/state-data.ts';
import { failedRolloutEventSchema } from '../core/model/verdict-schemas.ts';
import { judgeRollback, reportDeadline } from '../core/rollback/outcome.ts';
import { wasWokenByEvent } from '../core/waiting/subscription.ts';

/** State Watch Rollback: one look at where the service ends up after the failed rollout. */
export const handler = lambdaHandler(
  failedRolloutEventSchema.parse,
  async ({ execution, input }, { now, logger }): Promise<RollbackOutcome> => {
    const { release, plan, verdict, rollback, job, standing } = input;
    const look = await observeRollout({
      execution,
      now,
      release,
      rollout: verdict.following ?? input.rollout,
      followed: verdict.following !== undefined,
      serviceDeploymentArn: verdict.serviceDeploymentArn,
      heard: standing?.outcome === 'going on' && wasWokenByEvent(standing, input.sleep),
      for: 'rollback',
    });
    const aftermath = judgeRollback({
      look,
      before: rollback?.taskDefinition ?? plan.before.taskDefinition,
      rollBack: rollback,
      since: new Date(verdict.at),
      latest: job === undefined ? undefined : reportDeadline(new Date(release.deadline)),
    });
    logger.info(`The rollback is ${aftermath.outcome}`, { aftermath });
    return aftermath;
  },
);
