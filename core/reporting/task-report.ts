import type { TaskRun } from '../model/release-task.ts';
import type { TaskProgress } from '../model/task-progress.ts';
import { parseRevisionName } from '../parsing/arn.ts';
import {
  capitalize,
  formatSuccessfulTasks,
  formatTaskName,
  formatTaskUrl,
  listStartedMigrations,
  warnAboutMigrations,
} from '../release-tasks/messages.ts';
import { type ExecutionData, formatServiceName } from './execution-data.ts';

type FailedTasks = Extract<TaskProgress, { outcome: 'failed' }>;

/** Returns a failed pre-deploy task. Undefined if no task failed, or if a post-deploy task failed, because that is a failed rollout. */
export const findFailedPreDeployTask = ({ tasks, verdict }: ExecutionData): FailedTasks | undefined =>
  tasks?.outcome === 'failed' && verdict === undefined ? tasks : undefined;

/** Whether the release ended before Update Service, because its pre-deploy tasks were not done. */
export const hasReleaseEndedBeforeUpdate = ({ release, rollout, tasks }: ExecutionData): boolean =>
  rollout === undefined && (release?.tasks?.preDeploy ?? []).length > 0 && tasks?.outcome !== 'done';

/** Explains that a release that ended before Update Service left the service as it was. */
export function describeUntouchedService(data: ExecutionData): string {
  const { plan, revision } = data;
  const runs = plan === undefined ? '' : ` and runs ${parseRevisionName(plan.before.taskDefinition)}`;
  const kept =
    revision === undefined ? '' : `; the revision ${parseRevisionName(revision.taskDefinition)} stays registered`;
  return `${formatServiceName(data)} was not touched${runs}${kept}.`;
}

const isOpen = ({ outcome }: TaskRun): boolean => outcome === undefined;

/** Names the tasks that may still run after an error. A task that Run Task was about to start is in no data yet. */
function describeOpenTasks({ release, tasks }: ExecutionData): string[] {
  const open = (tasks?.runs ?? []).filter(isOpen);
  if (release === undefined) return [];
  if (open.length > 0)
    return open.map((run) =>
      run.task === undefined
        ? `Whether ${formatTaskName(run)} was started is not known.`
        : `${capitalize(formatTaskName(run))} may still run: ${formatTaskUrl(release.target, run.task)}`,
    );
  return [];
}

/** Returns the sentences about tasks after a failure: tasks that may still run, and migrations that are not undone. */
export function describeTasksAfterFailure(data: ExecutionData): string[] {
  const { tasks, revision } = data;
  const changed = warnAboutMigrations(listStartedMigrations(tasks?.runs), revision?.taskDefinition);
  return [...describeOpenTasks(data), ...(changed === undefined ? [] : [changed])];
}

/** Returns the sentences about the tasks of a release that succeeded. */
export function describeTasksOfSuccess({ release, tasks }: ExecutionData): string[] {
  const ran = formatSuccessfulTasks(tasks?.runs ?? []);
  const { skippedTasks } = release ?? {};
  return [
    ...(ran === undefined ? [] : [ran]),
    ...(skippedTasks === undefined ? [] : [`Left out on request: ${skippedTasks.join(', ')}.`]),
    ...(tasks?.warnings ?? []),
  ];
}

/** Returns the data without the end of a task's log. */
export const omitTaskOutput = (data: ExecutionData): ExecutionData =>
  data.tasks?.outcome === 'failed' ? { ...data, tasks: { ...data.tasks, log: undefined, verdict: undefined } } : data;
