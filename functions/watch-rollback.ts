import config from '#config';
import { createLambdaHandler } from '../aws/lambda.ts';
import { logMetricIfOverdue } from '../aws/overdue-rollback.ts';
import { observeRollout } from '../aws/rollout-observation.ts';
import type { RollbackOutcome } from '../core/model/state-data.ts';
import { failedRolloutEventSchema } from '../core/model/verdict-schemas.ts';
import { calculateReportDeadline, judgeRollback } from '../core/rollback/outcome.ts';
import { wasWokenByEvent } from '../core/waiting/subscription.ts';

/** State Watch Rollback: checks once in which state the service is after the failed rollout, and whether Roll Back has to try again. */
export const handler = createLambdaHandler(
  failedRolloutEventSchema.parse,
  async (event, clockAndLogger): Promise<RollbackOutcome> => {
    logMetricIfOverdue(event, config, clockAndLogger);
    const { execution, started, input } = event;
    const { now, logger } = clockAndLogger;
    const { release, plan, verdict, rollback, job, rollbackOutcome, report } = input;
    const observation = await observeRollout({
      execution,
      now,
      release,
      rollout: verdict.following ?? input.rollout,
      followed: verdict.following !== undefined,
      serviceDeploymentArn: verdict.serviceDeploymentArn,
      wasWoken: rollbackOutcome?.outcome === 'going on' && wasWokenByEvent(rollbackOutcome, input.sleep),
      for: 'rollback',
    });
    const outcome = judgeRollback({
      target: release.target,
      observation,
      before: rollback?.taskDefinition ?? plan.before.taskDefinition,
      rollBack: rollback,
      since: new Date(verdict.at),
      latest:
        job === undefined || report !== undefined ? undefined : calculateReportDeadline(new Date(release.deadline)),
      started: started === undefined ? undefined : new Date(started),
    });
    logger.info(`The rollback: ${outcome.outcome}`, { outcome });
    return outcome;
  },
);
