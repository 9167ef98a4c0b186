import * as z from 'zod';
import config from '#config';
import { extendHeldLease } from '../aws/extend-lease.ts';
import { type ClockAndLogger, createLambdaHandler } from '../aws/lambda.ts';
import { startOrCheckTask } from '../aws/start-or-check-task.ts';
import { readTaskLogTail } from '../aws/task-log-tail.ts';
import { identifyTask } from '../aws/task-records.ts';
import { listPassableRoles } from '../core/config/passable-roles.ts';
import { isLogTailShown } from '../core/config/targets.ts';
import type { ReleaseTask, TaskRun } from '../core/model/release-task.ts';
import { leaseStateSchema, releaseSchema, revisionSchema } from '../core/model/state-schemas.ts';
import { type TaskProgress, taskProgressSchema } from '../core/model/task-progress.ts';
import { verdictSchema } from '../core/model/verdict-schemas.ts';
import { formatTaskFailure } from '../core/release-tasks/messages.ts';
import {
  addRunToHistory,
  areTasksSkipped,
  continueHistory,
  createDoneProgress,
  createFailedProgress,
  createWaitingProgress,
  explainSkippedTasks,
  findNextTask,
  type TaskContext,
  type TaskHistory,
} from '../core/release-tasks/progress.ts';
import { taskRecordKey } from '../core/release-tasks/record.ts';
import { calculateLeaseSeconds, planTaskWait } from '../core/release-tasks/wait.ts';
import { requireLeaseForTasks } from '../core/service/lease.ts';
import { assertBeforeDeadline } from '../core/waiting/deadline.ts';

const eventSchema = z.object({
  execution: z.string(),
  input: z.object({
    release: releaseSchema,
    revision: revisionSchema,
    lease: leaseStateSchema.optional(),
    /** Present once the service has been updated. */
    rollout: z.unknown().optional(),
    verdict: verdictSchema.optional(),
    /** The state's own result from its previous run. */
    tasks: taskProgressSchema.optional(),
  }),
});
type Event = z.infer<typeof eventSchema>;

/**
 * State Run Task: runs the tasks of a release one after the other, before the service is updated or once the rollout is stable. Each run of this state
 * starts a task or checks one.
 */
export const handler = createLambdaHandler(
  eventSchema.parse,
  async ({ execution, input }, clock): Promise<TaskProgress> => {
    const { release, revision } = input;
    const phase = input.rollout === undefined ? 'preDeploy' : 'postDeploy';
    const context: TaskContext = { release, revision, phase, now: clock.now };
    const history = continueHistory(context, input.tasks);
    if (areTasksSkipped(context)) return createDoneProgress(context, history, [explainSkippedTasks(context)]);
    if (phase === 'preDeploy') await keepLease({ execution, input }, history, clock);
    const progress = await runTasks({ execution, input }, context, history, clock);
    clock.logger.info(`The tasks: ${progress.outcome}`, { tasks: { ...progress, log: undefined, verdict: undefined } });
    return progress;
  },
);

/** Extends the lease, because the service must stay unchanged while the tasks that prepare its update run. */
async function keepLease({ execution, input }: Event, { since, runs }: TaskHistory, { now }: ClockAndLogger) {
  const { release, lease } = input;
  if (runs.length === 0) assertBeforeDeadline(release, now, 'run the pre-deploy tasks');
  const seconds = calculateLeaseSeconds(new Date(since), now);
  await extendHeldLease(release.target, requireLeaseForTasks(lease), { execution, now }, seconds);
}

/** Checks the first task that has not succeeded. If the task has succeeded by now, starts the next task at once. */
async function runTasks(
  event: Event,
  context: TaskContext,
  history: TaskHistory,
  clock: ClockAndLogger,
): Promise<TaskProgress> {
  const task = findNextTask(context, history);
  if (task === undefined) return createDoneProgress(context, history);
  const { release, revision, phase, now } = context;
  const before = history.runs.find((run) => run.phase === phase && run.name === task.name);
  const identity = identifyTask({ execution: event.execution, phase, name: task.name });
  const passRoles = listPassableRoles(config, release.target, process.env.STAGE);
  const one = { release, task, identity, revision: revision.taskDefinition, passRoles };
  const state = await startOrCheckTask(one, before?.seenAt, clock);
  const { start, task: arn } = state;
  const run: TaskRun = { phase, name: task.name, task: arn, start };
  if (state.is === 'running') {
    const seenAt = state.seen ? now.toISOString() : before?.seenAt;
    const key = release.woken ? taskRecordKey(release.target, identity.id) : undefined;
    const plan = planTaskWait({ since: new Date(history.since), now, end: state.end, key, task: arn ?? '' });
    return createWaitingProgress(context, addRunToHistory(history, { ...run, seenAt }), plan);
  }
  const { outcome, exitCode, endedAt: end, how = '' } = state.result;
  const ended: TaskRun = { ...run, outcome, exitCode, end };
  if (outcome === 'succeeded') return runTasks(event, context, addRunToHistory(history, ended), clock);
  return failTask(event, context, { history: addRunToHistory(history, ended), run: ended, task, how });
}

async function failTask(
  { execution, input }: Event,
  context: TaskContext,
  { history, run, task, how }: { history: TaskHistory; run: TaskRun; task: ReleaseTask; how: string },
): Promise<TaskProgress> {
  const { release, revision, now } = context;
  const { target } = release;
  const reason = formatTaskFailure(run, how, { target, revision: revision.taskDefinition });
  const place = { container: task.container, revision: revision.taskDefinition };
  const log =
    run.task !== undefined && isLogTailShown(config, target)
      ? await readTaskLogTail(target, { ...place, task: run.task }, { execution, now })
      : undefined;
  return createFailedProgress(context, history, { reason, log, last: input.verdict });
}
