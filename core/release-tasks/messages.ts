import type { Target } from '../model/release.ts';
import type { TaskPhase, TaskRun } from '../model/release-task.ts';
import { parseResourceName, parseRevisionName } from '../parsing/arn.ts';
import { escapeUnprintable, shortenArns } from '../parsing/display-text.ts';
import { formatConsoleUrl } from '../parsing/partition.ts';

/** Returns the name of a task for a sentence: `the pre-deploy task migrate`. */
export const formatTaskName = ({ phase, name }: { phase: TaskPhase | 'manual'; name: string }): string =>
  phase === 'manual' ? 'the task of the command' : `the ${phase === 'preDeploy' ? 'pre' : 'post'}-deploy task ${name}`;

export const capitalize = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;

/** Returns the address of a task's page in the console of ECS. */
export const formatTaskUrl = ({ region, cluster }: Pick<Target, 'region' | 'cluster'>, task: string): string =>
  `${formatConsoleUrl(region)}/ecs/v2/clusters/${parseResourceName(cluster)}/tasks/${parseResourceName(task)}?region=${region}`;

/** Formats a duration in the largest units that are needed: `42 s`, `3 min 5 s`, `1 h 2 min`. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

const durationOf = ({ start, end }: TaskRun): string =>
  end === undefined ? 'not yet ended' : formatDuration(Date.parse(end) - Date.parse(start));

/** Returns why a task failed: a sentence, followed by a line with the task and its page. `how` completes "The task …". */
export function formatTaskFailure(
  run: TaskRun,
  how: string,
  { target, revision }: { target: Target; revision: string },
): string {
  const lines = [
    `${capitalize(formatTaskName(run))} of ${parseRevisionName(revision)} ${how} (after ${durationOf(run)}).`,
  ];
  if (run.task !== undefined) lines.push(`Task ${shortenArns(run.task)}: ${formatTaskUrl(target, run.task)}`);
  return lines.map(escapeUnprintable).join('\n');
}

/** Returns one sentence about the tasks that succeeded, with the duration of each; undefined if no task succeeded. */
export function formatSuccessfulTasks(runs: TaskRun[]): string | undefined {
  const listed = runs
    .filter(({ outcome }) => outcome === 'succeeded')
    .map((run) => `${formatTaskName(run)} (${durationOf(run)})`);
  return listed.length === 0 ? undefined : `${capitalize(listed.join(', '))} succeeded.`;
}

/** Returns the sentence that a rollback does not undo what these pre-deploy tasks changed; undefined if none ran. */
export function warnAboutMigrations(names: string[], revision?: string): string | undefined {
  if (names.length === 0) return undefined;
  const of = revision === undefined ? '' : ` of ${parseRevisionName(revision)}`;
  const [task, did, its] = names.length === 1 ? ['task', 'has run', 'it'] : ['tasks', 'have run', 'they'];
  return `The pre-deploy ${task} ${names.join(', ')}${of} ${did}, and a rollback does not undo what ${its} changed.`;
}

/** Returns the names of the pre-deploy tasks that may have changed something: all that ECS started. */
export const listStartedMigrations = (runs: TaskRun[] = []): string[] =>
  runs.flatMap(({ phase, name, task }) => (phase === 'preDeploy' && task !== undefined ? [name] : []));
