import { formatCount } from '../parsing/count.ts';
import { shortenArns, shortenMiddle } from '../parsing/display-text.ts';
import { isStoppedByAws } from '../rollout/aws-trouble.ts';
import type { StoppedContainer, StoppedTask } from '../rollout/observed-task.ts';
import { formatContainerEnd } from '../rollout/stopped-task.ts';

/** A task that Gantry started, as ECS describes it. */
export interface DescribedTask extends StoppedTask {
  lastStatus: string;
  desiredStatus: string;
  startedBy?: string | undefined;
}

/** How a task ended. `how` completes "The task …". */
export type TaskEnd =
  | { outcome: 'succeeded'; exitCode: number }
  | { outcome: 'failed'; how: string; exitCode?: number | undefined };

/** The longest text of ECS in a message, in characters. */
const maxTextLength = 600;

const quote = (text: string | undefined, otherwise: string): string =>
  text === undefined || text === '' ? otherwise : shortenMiddle(shortenArns(text), maxTextLength).replace(/\.$/, '');

const joinReasons = ({ stoppedReason, containers }: DescribedTask): string =>
  [...new Set([stoppedReason, ...containers.map(({ reason }) => reason)])]
    .filter((text) => text !== undefined && text !== '')
    .join('; ');

const findContainer = ({ containers }: DescribedTask, name: string): StoppedContainer | undefined =>
  containers.find((container) => container.name === name);

const failed = (how: string, exitCode?: number): TaskEnd => ({ outcome: 'failed', how, exitCode });

/** What Gantry expects of a task: the container whose exit code decides, and the time limit. */
export interface TaskExpectation {
  container: string;
  timeoutMinutes: number;
  /** Whether Gantry stopped the task because its time was over. */
  stopRequested: boolean;
}

/**
 * Whether the container that decides has ended by itself while its task continues, because other containers of the task can run for longer. If somebody
 * stops the task, the exit code proves nothing: a process that gets SIGTERM can exit with 0 before it has finished.
 */
export const hasContainerExited = (task: DescribedTask, { container, stopRequested }: TaskExpectation): boolean =>
  !stopRequested &&
  findContainer(task, container)?.exitCode !== undefined &&
  [undefined, 'EssentialContainerExited'].includes(task.stopCode);

/**
 * Returns another container that ECS names as the cause, such as a container that ran out of memory. In that case ECS stopped the container that decides,
 * and its exit code 0 does not prove that it had finished. The exit code of the other container alone does not show the cause, because a stopped container
 * can exit with any code.
 */
const findOtherCause = ({ stopCode, containers }: DescribedTask, name: string): StoppedContainer | undefined =>
  stopCode === 'EssentialContainerExited'
    ? containers.find((each) => each.name !== name && each.exitCode !== undefined && each.reason !== undefined)
    : undefined;

/** Returns the result of a task that has stopped, or whose deciding container has exited. Only exit code 0 of the named container is a success. */
export function judgeTaskEnd(
  task: DescribedTask,
  { container, timeoutMinutes, stopRequested }: TaskExpectation,
): TaskEnd {
  const found = findContainer(task, container);
  const exitCode = found?.exitCode;
  const text = joinReasons(task);
  if (stopRequested)
    return failed(`did not end within its ${formatCount(timeoutMinutes, 'minute')}, and Gantry stopped it`, exitCode);
  if (task.stopCode === 'UserInitiated')
    return failed(`was stopped by somebody: ${quote(text, 'ECS gives no reason')}`, exitCode);
  if (task.stopCode === 'TaskFailedToStart' || (task.startedAt === undefined && exitCode === undefined))
    return failed(`could not start: ${quote(text, 'ECS gives no reason')}`);
  if (isStoppedByAws(task))
    return failed(`lost its host or its capacity: ${quote(text, 'ECS gives no reason')}`, exitCode);
  const other = findOtherCause(task, container);
  if (exitCode === 0 && other !== undefined)
    return failed(`was stopped because another container failed: ${quote(formatContainerEnd(other), '')}`, exitCode);
  if (exitCode === 0) return { outcome: 'succeeded', exitCode };
  if (found === undefined) return failed(`has no container named ${container}`);
  if (exitCode === undefined)
    return failed(`ended without an exit code of ${container}: ${quote(text, 'ECS gives no reason')}`);
  return failed(`failed: ${quote(formatContainerEnd(found), '')}`, exitCode);
}
