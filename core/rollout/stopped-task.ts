import { shortenForeignText } from '../parsing/display-text.ts';
import { isStoppedByAws } from './aws-trouble.ts';
import { findFailedContainer } from './failed-container.ts';
import { normalizeCause } from './normalize-cause.ts';
import type { StoppedContainer, StoppedTask } from './observed-task.ts';
import { isNormalReplacement, isUnhealthyTask, listStopTexts, taskEndTimeOf } from './stop-texts.ts';

/** Whether the release made the task stop. False for a normal replacement, a stop by a person, or a failure of AWS. */
export function isFailureOfRelease(task: StoppedTask): boolean {
  const { stopCode = '', stoppedReason = '' } = task;
  if (isNormalReplacement(task) || isStoppedByAws(task)) return false;
  return stopCode !== '' || isUnhealthyTask(task) || /error|exited|failed/i.test(stoppedReason);
}

/**
 * Errors that no retry fixes, because a person has to push, grant, create or correct something. Network trouble and pull limits are not among them.
 */
const permanentErrors: [kind: RegExp, cause: RegExp][] = [
  [
    /CannotPull\w{0,30}Error/i,
    /manifest unknown|not found|does not exist|no matching manifest|not contain descriptor matching platform|invalid reference|access denied|not authorized|denied:|403 Forbidden/i,
  ],
  [
    /ResourceInitializationError/i,
    /AccessDenied|not authorized|ResourceNotFound|ParameterNotFound|invalid ?parameters?|can't find|does not exist|marked for deletion/i,
  ],
  [
    /Cannot(?:Start|Create)ContainerError/i,
    /executable file not found|no such file or directory|permission denied|exec format error/i,
  ],
];

/** Errors that can disappear by themselves, although their texts can match the pattern above (`lookup …: not found`). */
const transientErrors =
  /no such host|timeout|timed out|deadline exceeded|toomanyrequests|rate exceeded|token has expired/i;

/** Whether the task stopped for a cause that another attempt is unlikely to change. */
export const isPermanentFailure = (task: StoppedTask): boolean =>
  listStopTexts(task).some(
    (text) =>
      !transientErrors.test(text) && permanentErrors.some(([kind, cause]) => kind.test(text) && cause.test(text)),
  );

/** Exit codes above 128 name the signal that ended the process (128 + its number; signal(7)). */
const exitSignals = new Map([
  [137, 'killed (SIGKILL)'],
  [139, 'a segmentation fault (SIGSEGV)'],
  [143, 'asked to stop with SIGTERM'],
]);

const formatExit = (name: string, exitCode: number): string =>
  exitSignals.has(exitCode)
    ? `${name} exited with code ${exitCode}, ${exitSignals.get(exitCode)}`
    : `${name} exited with code ${exitCode}`;

/** Formats how a container ended: its exit code, the signal behind it, and its reason. */
export const formatContainerEnd = ({ name, exitCode, reason }: StoppedContainer): string => {
  if (/OutOfMemory/i.test(reason ?? ''))
    return `${name} ran out of memory (${reason}, exit code ${exitCode ?? 'unknown'})`;
  const exit = exitCode === undefined ? '' : formatExit(name, exitCode);
  if (reason === undefined) return exit;
  return exit === '' ? `${name}: ${reason}` : `${exit} (${reason})`;
};

/** Explains in one line why a task stopped: ECS's texts, and how the container that made it stop ended. */
export function formatStopCause(task: StoppedTask): string {
  const failed = findFailedContainer(task);
  const end = failed === undefined ? '' : formatContainerEnd(failed);
  const said = task.stoppedReason ?? task.stopCode ?? 'no reason given';
  return shortenForeignText(end === '' || said.includes(end) ? said : `${said}: ${end}`);
}

/** Tasks that stopped for the same cause, and the cause as the newest task reports it. */
export interface StoppedTaskGroup {
  cause: string;
  tasks: StoppedTask[];
}

/**
 * Returns a text that is equal for all tasks with the same cause: the failed container's name and exit code, and ECS's texts without the parts that
 * differ from task to task.
 */
function causeKey(task: StoppedTask): string {
  const { name, exitCode, reason } = findFailedContainer(task) ?? {};
  return JSON.stringify([
    name,
    exitCode,
    normalizeCause(`${task.stoppedReason ?? task.stopCode ?? ''} ${reason ?? ''}`),
  ]);
}

const newestFirst = (a: StoppedTask, b: StoppedTask): number =>
  (taskEndTimeOf(b)?.getTime() ?? 0) - (taskEndTimeOf(a)?.getTime() ?? 0);

/** Groups tasks by cause, the most frequent cause first. The tasks of each cause are ordered newest first. */
export function groupStoppedTasksByCause(tasks: StoppedTask[]): StoppedTaskGroup[] {
  return [...Map.groupBy(tasks.toSorted(newestFirst), causeKey).values()]
    .map((group) => ({ cause: group.slice(0, 1).map(formatStopCause).join(''), tasks: group }))
    .sort((a, b) => b.tasks.length - a.tasks.length);
}

/** Groups only the tasks that the release made stop. */
export const groupFailuresByCause = (tasks: StoppedTask[]): StoppedTaskGroup[] =>
  groupStoppedTasksByCause(tasks.filter(isFailureOfRelease));
