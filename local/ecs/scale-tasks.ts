import { addServiceEvent } from './events.ts';
import { launchTask } from './launch-task.ts';
import type { Ecs, EcsDeployment, EcsTask } from './state.ts';
import { stopTask } from './stop-task.ts';
import { wakeScheduler } from './wake-scheduler.ts';

/** Whether a task has not been asked to stop. */
export const isLive = (task: EcsTask): boolean => task.desiredStatus === 'RUNNING';

const taskNames = (tasks: EcsTask[]): string => tasks.map((task) => `(task ${task.id})`).join(' ');

/** Starts tasks of a deployment now, or after the pause that follows failed starts. */
export const startTasks = (ecs: Ecs, deployment: EcsDeployment, count: number): void => {
  if (ecs.cloud.clock.now() < deployment.notBefore)
    wakeScheduler(ecs, deployment.serviceDeployment.service, deployment.notBefore);
  else {
    const started = Array.from({ length: count }, () => launchTask(ecs, deployment));
    addServiceEvent(ecs, deployment.serviceDeployment.service, `has started ${count} tasks: ${taskNames(started)}.`);
  }
};

/** Stops tasks because of a deployment. */
export const stopTasks = (ecs: Ecs, deployment: EcsDeployment, tasks: EcsTask[]): void => {
  if (tasks.length === 0) return;
  const reason = `Scaling activity initiated by (deployment ${deployment.id})`;
  for (const task of tasks) stopTask(ecs, task, { stopCode: 'ServiceSchedulerInitiated', stoppedReason: reason });
  const running = tasks.filter((task) => task.startedAt !== undefined);
  const pending = tasks.length - running.length;
  if (running.length > 0)
    addServiceEvent(
      ecs,
      deployment.serviceDeployment.service,
      `has stopped ${running.length} running tasks: ${taskNames(running)}.`,
    );
  if (pending > 0) addServiceEvent(ecs, deployment.serviceDeployment.service, `stopped ${pending} pending tasks.`);
};
