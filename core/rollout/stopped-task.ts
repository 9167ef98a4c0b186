import type { StoppedTask } from './observation.ts';

type StoppedContainer = StoppedTask['containers'][number];

/** Stop codes that are somebody's or AWS's doing, not the release's (botocore ecs `TaskStopCode`). */
const harmlessStopCodes = ['UserInitiated', 'SpotInterruption', 'TerminationNotice', 'InfrastructureHealth'];

/** Whether the task stopped because something is wrong with it: not by a normal replacement, a person or a host. */
export function isTaskFailure({ stopCode = '', stoppedReason = '' }: StoppedTask): boolean {
  if (harmlessStopCodes.includes(stopCode)) return false;
  // The scheduler stops tasks both to replace them and because they fail their health checks; only the reason tells.
  if (stopCode === 'ServiceSchedulerInitiated') return /health check|unhealthy/i.test(stoppedReason);
  return stopCode !== '' || /error|exited|failed/i.test(stoppedReason);
}

/** What no retry heals: somebody has to push, grant, create or correct something. Network trouble and pull limits are not among it. */
const permanentErrors = [
  /CannotPull\w*Error.*(manifest unknown|not found|does not exist|no matching manifest|not contain descriptor matching platform|invalid reference|access denied|not authorized|denied:|403 Forbidden)/is,
  /ResourceInitializationError.*(AccessDenied|not authorized|ResourceNotFound|ParameterNotFound|invalid ?parameters?|can't find|does not exist)/is,
  /Cannot(Start|Create)ContainerError.*(executable file not found|no such file or directory|permission denied|exec format error)/is,
];

/** These may pass by themselves, although their texts may hold a word from above (`lookup …: not found`). */
const transientErrors =
  /no such host|timeout|timed out|deadline exceeded|toomanyrequests|rate exceeded|token has expired/i;

const reasonTexts = ({ stoppedReason = '', containers }: StoppedTask): string[] => [
  stoppedReason,
  ...containers.map(({ reason = '' }) => reason),
];

/** Whether the task died of something that another attempt cannot change. */
export const isPermanentFailure = (task: StoppedTask): boolean =>
  reasonTexts(task).some(
    (text) => !transientErrors.test(text) && permanentErrors.some((pattern) => pattern.test(text)),
  );

/** Exit codes above 128 name the signal that ended the process (128 + its number; signal(7)). */
const exitSignals = new Map([
  [137, 'killed (SIGKILL)'],
  [139, 'a segmentation fault (SIGSEGV)'],
  [143, 'told to stop (SIGTERM)'],
]);

const formatExit = (name: string, exitCode: number): string =>
  exitSignals.has(exitCode)
    ? `${name} exited with code ${exitCode}, ${exitSignals.get(exitCode)}`
    : `${name} exited with code ${exitCode}`;

const formatContainerEnd = ({ name, exitCode, reason }: StoppedContainer): string => {
  if (/OutOfMemory/i.test(reason ?? ''))
    return `${name} ran out of memory (${reason}, exit code ${exitCode ?? 'unknown'})`;
  const exit = exitCode === undefined ? '' : formatExit(name, exitCode);
  if (reason === undefined) return exit;
  return exit === '' ? `${name}: ${reason}` : `${exit} (${reason})`;
};

/** A sidecar that went down with the task, on its own or by the agent's SIGTERM or SIGKILL, is not the cause where another container failed. */
export const findFailedContainers = ({ containers }: StoppedTask): StoppedContainer[] => {
  const ended = containers.filter(({ exitCode, reason }) => exitCode !== undefined || reason !== undefined);
  const failed = ended.filter(
    ({ exitCode, reason }) => reason !== undefined || ![undefined, 0, 143].includes(exitCode),
  );
  return failed.length > 0 ? failed : ended;
};

/** Why a task stopped, in one line: what ECS says, and what became of its containers. */
export function formatStopCause(task: StoppedTask): string {
  const ends = findFailedContainers(task)
    .map(formatContainerEnd)
    .filter((end) => end !== '');
  const said = task.stoppedReason ?? task.stopCode ?? 'no reason given';
  return ends.length === 0 || ends.every((end) => said.includes(end)) ? said : `${said}: ${ends.join('; ')}`;
}

/** What differs from one task to the next although the cause is the same: ids, addresses, counts. */
const normalizeCause = (text: string): string =>
  text.replace(/[0-9a-f]{8,}|\b\d{1,3}(\.\d{1,3}){3}\b|i-[0-9a-f]+/g, '#');

export interface StopCause {
  cause: string;
  tasks: StoppedTask[];
}

/** Tasks that failed, gathered by cause, the most frequent first. */
export function groupByCause(tasks: StoppedTask[]): StopCause[] {
  const groups = Map.groupBy(tasks.filter(isTaskFailure), (task) => normalizeCause(formatStopCause(task)));
  return [...groups.values()]
    .map((group) => ({ cause: group.slice(0, 1).map(formatStopCause).join(''), tasks: group }))
    .sort((a, b) => b.tasks.length - a.tasks.length);
}
