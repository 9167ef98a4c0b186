import * as z from 'zod';
import config from '#config';
import { createLambdaHandler } from '../aws/lambda.ts';
import { logMetricIfOverdue } from '../aws/overdue-rollback.ts';
import { addHookAnswers } from '../aws/rollout-answers.ts';
import { addLogTail } from '../aws/rollout-log-tail.ts';
import { observeRollout, type RolloutQuery } from '../aws/rollout-observation.ts';
import { addSuperseder } from '../aws/superseder.ts';
import { isLogTailShown } from '../core/config/targets.ts';
import { omitBakeTimeBeforeTasks, taskPhases } from '../core/model/release-task.ts';
import type { RollbackCheck, Verdict } from '../core/model/state-data.ts';
import { planSchema, releaseSchema, rolloutSchema } from '../core/model/state-schemas.ts';
import { verdictSchema } from '../core/model/verdict-schemas.ts';
import { wokenSchema } from '../core/model/wait-plan.ts';
import { awsTimeSchema } from '../core/parsing/time.ts';
import { planFirstRollbackCheck } from '../core/rollback/first-check.ts';
import { calculateJobReportTime } from '../core/rollback/report-time.ts';
import { addContinueCommands } from '../core/rollout/continue-command.ts';
import type { RolloutObservation } from '../core/rollout/observation.ts';
import { judgeRollout } from '../core/rollout/verdict.ts';
import { getOwnInstallation } from '../core/task-definition/installation.ts';
import { wasWokenByEvent } from '../core/waiting/subscription.ts';

const eventSchema = z.object({
  execution: z.string(),
  /** Absent for an execution that began before this field existed. */
  started: awsTimeSchema.optional(),
  input: z.object({
    release: releaseSchema,
    rollout: rolloutSchema,
    plan: planSchema.optional(),
    verdict: verdictSchema.optional(),
    sleep: wokenSchema,
    /** Present once the release has run a task. */
    tasks: z.object({ phase: z.enum(taskPhases) }).optional(),
    /** Present if a pipeline waits for the result. */
    job: z.unknown().optional(),
    /** Present if the result was reported because AWS did not answer until the deadline. */
    report: z.unknown().optional(),
    /** Present once the job knows that the deployment waits for a person. */
    pause: z.unknown().optional(),
  }),
});

const jobStatusOf = ({ job, pause, report }: { job?: unknown; pause?: unknown; report?: unknown }) => {
  if (job === undefined) return undefined;
  return pause === undefined && report === undefined ? ('waits' as const) : ('has a result' as const);
};

const toDate = (time: string | undefined): Date | undefined => (time === undefined ? undefined : new Date(time));

/** State Watch Rollout: checks our deployment once, reads more details if it failed, and returns a verdict. */
export const handler = createLambdaHandler(
  eventSchema.parse,
  async ({ execution, started, input }, clockAndLogger): Promise<Verdict> => {
    const { now, logger } = clockAndLogger;
    if (input.report !== undefined) logMetricIfOverdue(input.release.deadline, config, clockAndLogger);
    const last = input.verdict;
    const question = {
      session: { execution, access: 'watch rollout' as const },
      now,
      release: omitBakeTimeBeforeTasks(input.release, input.tasks?.phase),
      rollout: last?.following ?? input.rollout,
      followed: last?.following !== undefined,
      serviceDeploymentArn: last?.serviceDeploymentArn,
      alarms: input.plan?.alarms.watched,
      stableAt: toDate(last?.stableAt),
      desiredAtStable: last?.desiredAtStable,
      pausedAt: toDate(last?.pausedAt),
      progress: last?.progress,
      executionStart: toDate(started),
      job: jobStatusOf(input),
      historyReadAt: toDate(last?.historyReadAt),
      wasWoken: last?.outcome === 'going on' && wasWokenByEvent(last, input.sleep),
      for: 'verdict' as const,
    };
    const since = new Date(input.rollout.startedAt);
    const observed = await observeRollout(question);
    const { target } = input.release;
    const answered = await addHookAnswers(observed, target, last?.progress);
    const observation = addContinueCommands(answered, config, target);
    const judged = judgeRollout(observation, since);
    const explained = await explain(judged, { question, observation, since });
    const next = planFirstCheck(explained, observation, input);
    const verdict = { ...explained, ...next, warnings: explained.warnings ?? last?.warnings };
    logger.info(`The rollout is ${verdict.outcome}`, { verdict: { ...verdict, log: undefined } });
    return verdict;
  },
);

/**
 * Judges again with facts that only the reason of this verdict needs: the end of the failed container's log, or the execution of Gantry that superseded
 * ours.
 */
async function explain(
  judged: Verdict,
  { question, observation, since }: { question: RolloutQuery; observation: RolloutObservation; since: Date },
): Promise<Verdict> {
  const { session, release } = question;
  if (judged.outcome === 'superseded')
    return judgeRollout(
      await addSuperseder(observation, {
        target: release.target,
        session,
        now: question.now,
        installation: getOwnInstallation(config, process.env.STAGE),
      }),
      since,
    );
  return judged.outcome === 'failed' && isLogTailShown(config, release.target)
    ? judgeRollout(await addLogTail(question, observation), since)
    : judged;
}

/** If ECS is rolling back, the next check is a check of its rollback. It must wait, because an immediate check would find nothing new. */
function planFirstCheck(
  verdict: Verdict,
  observation: RolloutObservation,
  input: z.infer<typeof eventSchema>['input'],
): { next?: RollbackCheck | undefined } {
  if (verdict.outcome !== 'failed' || verdict.rollBack !== 'ecs') return {};
  return {
    next: planFirstRollbackCheck(
      { observation, since: new Date(verdict.at), latest: calculateJobReportTime(input) },
      'ecs',
    ),
  };
}
