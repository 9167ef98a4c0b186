import { now } from './arns.ts';
import type { ContainerBehavior } from './behavior.ts';
import { exitContainer, markContainerExited } from './running-task.ts';
import type { Ecs, EcsTask } from './state.ts';
import { updateTask } from './stop-task.ts';

/** Ends one container. If the container is essential, its task stops. Otherwise the task continues. */
function endContainer(ecs: Ecs, task: EcsTask, part: ContainerBehavior): void {
  if (task.desiredStatus === 'STOPPED') return;
  const hostLost = part.behavior.then === 'lose-host';
  if (hostLost || part.container.essential !== false) exitContainer(ecs, task, part);
  else {
    markContainerExited(task, part);
    updateTask(ecs, task, {});
  }
}

const endOutcomes = ['crash', 'out-of-memory', 'lose-host'];

/** Sets a task of RunTask to RUNNING. Each of its containers ends when its behaviour says so. */
export function runContainers(ecs: Ecs, task: EcsTask, parts: ContainerBehavior[]): void {
  updateTask(ecs, task, { lastStatus: 'ACTIVATING' });
  updateTask(ecs, task, { lastStatus: 'RUNNING', startedAt: now(ecs) });
  for (const part of parts.filter(({ behavior }) => endOutcomes.includes(behavior.then)))
    ecs.cloud.clock.after((part.behavior.afterSeconds ?? 0) * 1000, () => endContainer(ecs, task, part));
}
