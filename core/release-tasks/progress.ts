import type { LogTail } from '../model/log-tail.ts';
import type { Release } from '../model/release.ts';
import type { ReleaseTask, TaskPhase, TaskRun } from '../model/release-task.ts';
import type { RegisteredRevision, Verdict } from '../model/state-data.ts';
import type { TaskProgress } from '../model/task-progress.ts';
import type { WaitPlan } from '../model/wait-plan.ts';
import { parseRevisionName } from '../parsing/arn.ts';

/** The data of an execution on which its tasks depend. */
export interface TaskContext {
  release: Release;
  revision: RegisteredRevision;
  phase: TaskPhase;
  now: Date;
}

/** The tasks so far, without the outcome of the phase. */
export type TaskHistory = Pick<TaskProgress, 'phase' | 'since' | 'phaseSince' | 'until' | 'runs' | 'warnings'>;

/** Returns the tasks of a phase. */
export const tasksOfPhase = ({ release: { tasks }, phase }: Pick<TaskContext, 'release' | 'phase'>): ReleaseTask[] =>
  tasks?.[phase] ?? [];

/** How much longer than the time limits of all its tasks a phase can take, in ms. Gantry needs this time to stop the tasks, or to wait for AWS to answer. */
const maxExtraMs = 20 * 60_000;

const sumMinutes = (tasks: ReleaseTask[]): number => tasks.reduce((sum, task) => sum + task.timeoutMinutes, 0);

/** Returns the history of the phase: the existing history, or a new history that begins now and contains the tasks of the earlier phase. */
export function continueHistory(context: TaskContext, previous: TaskProgress | undefined): TaskHistory {
  const { phase, now } = context;
  const { since = now.toISOString(), runs = [] } = previous ?? {};
  if (previous?.phase === phase) {
    const { phaseSince, until, warnings } = previous;
    return { phase, since, phaseSince, until, runs, warnings };
  }
  const until = new Date(now.getTime() + sumMinutes(tasksOfPhase(context)) * 60_000 + maxExtraMs).toISOString();
  return { phase, since, phaseSince: now.toISOString(), until, runs, warnings: previous?.warnings };
}

/** Whether Gantry skips the tasks because the service already ran the revision before. */
export const areTasksSkipped = ({ release, revision }: Pick<TaskContext, 'release' | 'revision'>): boolean =>
  revision.same && release.tasks?.evenIfUnchanged !== true;

/** Returns the sentence about skipped tasks. */
export const explainSkippedTasks = ({ release, revision, phase }: TaskContext): string =>
  `The tasks ${tasksOfPhase({ release, phase })
    .map(({ name }) => name)
    .join(', ')} did not run, because the service already ran ${parseRevisionName(revision.taskDefinition)}.`;

/** Returns the first task of the phase that has not succeeded; undefined if all tasks have succeeded. */
export const findNextTask = (context: TaskContext, { runs, phase }: TaskHistory): ReleaseTask | undefined =>
  tasksOfPhase(context).find(
    ({ name }) => !runs.some((run) => run.phase === phase && run.name === name && run.outcome === 'succeeded'),
  );

/** Returns the history with the newest state of one task. */
export const addRunToHistory = (history: TaskHistory, run: TaskRun): TaskHistory => {
  const others = history.runs.filter(({ phase, name }) => phase !== run.phase || name !== run.name);
  return { ...history, runs: [...others, run] };
};

/** The time of the tasks is added to the time limit of the rollout. */
const calculateDeadline = ({ release, now }: TaskContext, { phaseSince }: TaskHistory): string =>
  new Date(Date.parse(release.deadline) + now.getTime() - Date.parse(phaseSince)).toISOString();

/** Returns the progress while a task runs. */
export const createWaitingProgress = (context: TaskContext, history: TaskHistory, plan: WaitPlan): TaskProgress => ({
  ...history,
  ...plan,
  outcome: 'going on',
  deadline: calculateDeadline(context, history),
});

/** Returns the progress after the last task of the phase. */
export const createDoneProgress = (context: TaskContext, history: TaskHistory, warnings?: string[]): TaskProgress => ({
  ...history,
  warnings: warnings ?? history.warnings,
  outcome: 'done',
  deadline: calculateDeadline(context, history),
});

/** Returns the progress after a task failed. A failed post-deploy task is a failed rollout. `last`: the verdict that the rollout is stable. */
export const createFailedProgress = (
  context: TaskContext,
  history: TaskHistory,
  { reason, log, last }: { reason: string; log: LogTail | undefined; last: Verdict | undefined },
): TaskProgress => ({
  ...history,
  outcome: 'failed',
  reason,
  log,
  deadline: calculateDeadline(context, history),
  verdict: context.phase === 'postDeploy' && last !== undefined ? condemn(context, last, { reason, log }) : undefined,
});

/** Gantry never rolls back somebody else's deployment, even if that deployment runs the same revision. */
const condemn = (
  { release, now }: TaskContext,
  { serviceStatus, serviceDeploymentArn, following, historyReadAt, warnings }: Verdict,
  { reason, log }: { reason: string; log: LogTail | undefined },
): Verdict => ({
  serviceStatus,
  serviceDeploymentArn,
  following,
  historyReadAt,
  warnings,
  outcome: 'failed',
  reason,
  log,
  rollBack: release.rollBackOnFailure && following === undefined ? 'gantry' : 'none',
  at: now.toISOString(),
});
