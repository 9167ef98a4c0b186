import config from '#config';
import { lambdaHandler } from '../aws/lambda.ts';
import { reportIfOverdue } from '../aws/overdue-rollback.ts';
import { observeRollout } from '../aws/rollout-observation.ts';
import type { RollbackOutcome } from '../core/model/state-data.ts';
import { failedRolloutEventSchema } from '../core/model/verdict-schemas.ts';
import { judgeRollback, reportDeadline } from '../core/rollback/outcome.ts';
import { wasWokenByEvent } from '../core/waiting/subscription.ts';

/** State Watch Rollback: checks once where the service is after the failed rollout, and whether Roll Back has to try again. */
export const handler = lambdaHandler(
  failedRolloutEventSchema.parse,
  async (event, clockAndLogger): Promise<RollbackOutcome> => {
    reportIfOverdue(event, config, clockAndLogger);
    const { execution, started, input } = event;
    const { now, logger } = clockAndLogger;
    const { release, plan, verdict, rollback, job, standing, report } = input;
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
    const outcome = judgeRollback({
      target: release.target,
      look,
      before: rollback?.taskDefinition ?? plan.before.taskDefinition,
      rollBack: rollback,
      since: new Date(verdict.at),
      latest: job === undefined || report !== undefined ? undefined : reportDeadline(new Date(release.deadline)),
      started: started === undefined ? undefined : new Date(started),
    });
    logger.info(`The rollback: ${outcome.outcome}`, { outcome });
    return outcome;
  },
);
