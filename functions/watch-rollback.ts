import type * as z from 'zod';
import config from '#config';
import { createLambdaHandler } from '../aws/lambda.ts';
import { logMetricIfOverdue } from '../aws/overdue-rollback.ts';
import { observeRollout } from '../aws/rollout-observation.ts';
import { addSuperseder } from '../aws/superseder.ts';
import type { RollbackCheck } from '../core/model/state-data.ts';
import { failedRolloutEventSchema } from '../core/model/verdict-schemas.ts';
import { judgeRollback, type RollbackAttempt } from '../core/rollback/outcome.ts';
import { calculateJobReportTime } from '../core/rollback/report-time.ts';
import { createRestoreRelease, restoreRolloutOf } from '../core/rollback/restore-rollout.ts';
import type { RolloutObservation } from '../core/rollout/observation.ts';
import { judgeRollout } from '../core/rollout/verdict.ts';
import { getOwnInstallation } from '../core/task-definition/installation.ts';
import { wasWokenByEvent } from '../core/waiting/subscription.ts';

type FailedRolloutEvent = z.infer<typeof failedRolloutEventSchema>;

/** State Watch Rollback: checks once in which state the service is after the failed rollout, and whether Roll Back has to try again. */
export const handler = createLambdaHandler(
  failedRolloutEventSchema.parse,
  async (event, clockAndLogger): Promise<RollbackCheck> => {
    logMetricIfOverdue(event.input.verdict.at, config, clockAndLogger);
    const { started, input } = event;
    const { now, logger } = clockAndLogger;
    const { release, plan, verdict, rollback } = input;
    const attempt: RollbackAttempt = {
      target: release.target,
      ...(await observe(event, now)),
      before: rollback?.taskDefinition ?? plan.before.taskDefinition,
      rollBack: rollback,
      since: new Date(verdict.at),
      latest: calculateJobReportTime(input),
      started: started === undefined ? undefined : new Date(started),
    };
    const outcome = await nameSuperseder(judgeRollback(attempt), attempt, event, now);
    logger.info(`The rollback: ${outcome.outcome}`, { outcome });
    return outcome;
  },
);

/** Judges again after reading which execution of Gantry started the newer deployment. Only the sentence about that deployment needs this fact. */
async function nameSuperseder(
  judged: RollbackCheck,
  attempt: RollbackAttempt,
  { execution, input }: FailedRolloutEvent,
  now: Date,
): Promise<RollbackCheck> {
  if (judged.outcome !== 'settled' || judged.supersededBy === undefined) return judged;
  const { target } = input.release;
  const installation = getOwnInstallation(config, process.env.STAGE);
  const superseded = { target, session: watchingSession(execution), now, installation };
  return judgeRollback({ ...attempt, observation: await addSuperseder(attempt.observation, superseded) });
}

const watchingSession = (execution: string) => ({ execution, access: 'watch rollback' as const });

/** Observes the deployment that restores the old revision, like any rollout. If ECS restores the revision, observes the failed rollout. */
async function observe({ execution, input }: FailedRolloutEvent, now: Date) {
  const { release, plan, decision, verdict, rollback, rollbackOutcome, sleep } = input;
  const wasWoken = rollbackOutcome?.outcome === 'going on' && wasWokenByEvent(rollbackOutcome, sleep);
  const restore = restoreRolloutOf(rollback);
  if (restore === undefined) return { observation: await observeFailedRollout({ execution, input }, now, wasWoken) };
  const progress = rollbackOutcome?.outcome === 'settled' ? undefined : rollbackOutcome;
  const observation = await observeRollout({
    session: watchingSession(execution),
    now,
    release: createRestoreRelease(release, verdict),
    rollout: restore,
    followed: false,
    serviceDeploymentArn: progress?.serviceDeploymentArn,
    historyReadAt: progress?.historyReadAt === undefined ? undefined : new Date(progress.historyReadAt),
    wasWoken,
    for: 'verdict',
  });
  const isNamed = decision?.do === 'revision' && plan.before.knownGood === false;
  return {
    observation,
    restore: { verdict: judgeRollout(observation, new Date(restore.startedAt)), knownGood: !isNamed },
  };
}

const observeFailedRollout = (
  { execution, input: { release, rollout, verdict } }: Pick<FailedRolloutEvent, 'execution' | 'input'>,
  now: Date,
  wasWoken: boolean,
): Promise<RolloutObservation> =>
  observeRollout({
    session: watchingSession(execution),
    now,
    release,
    rollout: verdict.following ?? rollout,
    followed: verdict.following !== undefined,
    serviceDeploymentArn: verdict.serviceDeploymentArn,
    wasWoken,
    for: 'rollback',
  });
