import * as z from 'zod';
import config from '#config';
import { createLambdaHandler } from '../aws/lambda.ts';
import { moveScheduledTasks, type ScheduleMoveContext } from '../aws/move-schedules.ts';
import { restoreScheduledTasks } from '../aws/restore-schedules.ts';
import type { ScheduledTask, ScheduleMoves } from '../core/model/scheduled-task.ts';
import { planSchema, releaseSchema, rolloutSchema } from '../core/model/state-schemas.ts';
import { rollbackActionResultSchema, verdictSchema } from '../core/model/verdict-schemas.ts';
import { formatCount } from '../core/parsing/count.ts';
import type { ScheduleRestore } from '../core/rollback/restored-schedule.ts';
import { chooseRevisionForSchedules, warnAboutReplacedRevision } from '../core/schedule/released-revision.ts';
import { findConfiguredSchedules } from '../core/schedule/rules.ts';

const eventSchema = z.object({
  execution: z.string(),
  retries: z.number().default(0),
  input: z.object({
    release: releaseSchema,
    plan: planSchema,
    rollout: rolloutSchema.optional(),
    verdict: verdictSchema.optional(),
    rollback: rollbackActionResultSchema.optional(),
    /** Present in a rollback. */
    decision: z.object({ do: z.string() }).optional(),
  }),
});

/** How often the state is retried (`MaxAttempts` of Move Schedules in the machines). */
const maxRetries = 6;

/**
 * State Move Schedules: after a release, makes the scheduled tasks of the service run the new revision. After a rollback, makes them run the revision that
 * they ran before. A retry finds the tasks that an earlier try has moved. A task that cannot be moved causes only a warning, because the service itself is
 * healthy.
 */
export const handler = createLambdaHandler(
  eventSchema.parse,
  async ({ execution, retries, input }, { now, logger }): Promise<ScheduleMoves> => {
    const { release, plan, rollback, decision } = input;
    const passRoles = findConfiguredSchedules(config, release.target, process.env.STAGE)?.rules.roles ?? [];
    const context = { target: release.target, execution, now, isLastTry: retries >= maxRetries, passRoles };
    const released = chooseRevisionForSchedules(input);
    const known = plan.before.taskDefinition;
    const moves =
      decision === undefined
        ? await move(plan.schedules ?? [], released, context)
        : await restore(
            {
              rolledBack: input.rollout?.taskDefinition ?? known,
              knownGood: known,
              restored: rollback?.taskDefinition ?? known,
            },
            context,
          );
    logger.info(`${formatCount(moves.moved.length, 'scheduled task')} moved`, { moves });
    return moves;
  },
);

const move = (
  tasks: ScheduledTask[],
  { revision, replacedBy }: ReturnType<typeof chooseRevisionForSchedules>,
  context: ScheduleMoveContext,
): Promise<ScheduleMoves> | ScheduleMoves =>
  tasks.length > 0 && replacedBy !== undefined
    ? { moved: [], warnings: [warnAboutReplacedRevision(revision, replacedBy)] }
    : moveScheduledTasks(tasks, revision, context);

/** If the service's schedules are no longer configured, Gantry has no permission to restore them. */
async function restore(revisions: ScheduleRestore, context: ScheduleMoveContext): Promise<ScheduleMoves> {
  const configured = findConfiguredSchedules(config, context.target, process.env.STAGE);
  if (configured === undefined) return { moved: [], warnings: [] };
  return restoreScheduledTasks(configured, revisions, context);
}
