import type { StoppedContainer, StoppedTask } from './observed-task.ts';
import { isUnhealthyTask } from './stop-texts.ts';

/** Exit codes of a process that a stop signal ended: 128 + SIGHUP, SIGINT, SIGQUIT, SIGKILL or SIGTERM (signal(7); an image can name its STOPSIGNAL). */
const killedExitCodes = [129, 130, 131, 137, 143];

const hasEnded = ({ exitCode, reason }: StoppedContainer): boolean => exitCode !== undefined || reason !== undefined;

/** Whether a container failed by itself: it has its own reason (out of memory, cannot start), or an exit code that means neither success nor a signal. */
const failedByItself = ({ exitCode, reason }: StoppedContainer): boolean =>
  reason !== undefined || (exitCode !== undefined && exitCode !== 0 && !killedExitCodes.includes(exitCode));

const wasKilled = ({ exitCode, reason }: StoppedContainer): boolean =>
  reason === undefined && exitCode !== undefined && killedExitCodes.includes(exitCode);

/**
 * Returns the containers that failed the health check: the containers that Docker reports as UNHEALTHY, otherwise the containers behind the load
 * balancer.
 */
const failedItsCheck = (task: StoppedTask): StoppedContainer[] => {
  if (!isUnhealthyTask(task)) return [];
  const unhealthy = task.containers.filter((container) => container.unhealthy);
  return unhealthy.length > 0 ? unhealthy : task.containers.filter((container) => container.loadBalanced);
};

/**
 * Returns the container that made the task stop; undefined if none has ended. The containers must be in the order of the task definition. Excludes a
 * container that was only stopped together with the task: when an essential container ends, the others get SIGTERM, then SIGKILL (botocore ecs
 * `ContainerDefinition.essential`).
 */
export function findFailedContainer(task: StoppedTask): StoppedContainer | undefined {
  const all = task.containers.filter(hasEnded);
  const essential = all.filter((container) => container.essential !== false);
  // If a container that is not essential ends, its task continues.
  const ended = task.stopCode === 'EssentialContainerExited' && essential.length > 0 ? essential : all;
  const candidates = [
    failedItsCheck(task),
    ended.filter(failedByItself),
    ended.filter((container) => !wasKilled(container)),
    ended,
  ].find((some) => some.length > 0);
  return candidates?.find(({ essential = true }) => essential) ?? candidates?.[0];
}

/**
 * Whether the task definition is needed to find the container that made one of these tasks stop. It is needed if a container failed by itself and may not be
 * essential.
 */
export const needsTaskDefinition = (tasks: StoppedTask[]): boolean =>
  tasks.some(({ containers }) => containers.some(failedByItself) && containers.filter(hasEnded).length > 1);

/** Adds the task definition's facts about each container, and sorts the containers in its order. */
export function sortContainersByDefinition(
  task: StoppedTask,
  definitions: { name: string; essential?: unknown }[],
): StoppedTask {
  const positionOf = (name: string): number => definitions.findIndex((definition) => definition.name === name);
  const containers = task.containers
    .map((container) => ({ ...container, essential: definitions[positionOf(container.name)]?.essential !== false }))
    .toSorted((a, b) => positionOf(a.name) - positionOf(b.name));
  return { ...task, containers };
}
