import { change } from './change.ts';
import { say, taskEvent } from './events.ts';
import { now } from './names.ts';
import type { Ecs } from './state.ts';
import type { Task } from './task.ts';
import { wake } from './wake.ts';

/** Deregistration delay of the embedded target groups: how long a target drains (AWS's default is 300 s). Milliseconds. */
const drainMs = 8_000;
/** From SIGTERM to the end of the containers, and then until the network interface is gone. Milliseconds. */
const stopMs = 3_000;
const deprovisionMs = 2_000;
/** "Stopped tasks are returned by DescribeTasks for at least one hour" (botocore ecs DescribeTasks). Milliseconds. */
const stoppedKeptMs = 60 * 60_000;

/** Moves a task on: its status and what else changes with it. Everyone who watches tasks hears of it. */
export function become(ecs: Ecs, task: Task, changes: Partial<Task>): void {
  change(task, { ...changes, version: task.version + 1 });
  if (changes.lastStatus !== undefined)
    for (const container of task.containers)
      if (container.lastStatus !== 'STOPPED') container.lastStatus = inContainer(task);
  taskEvent(ecs, task);
  wake(ecs, task.service);
}

/** A container knows fewer states than its task: PENDING, RUNNING and STOPPED. */
const inContainer = ({ lastStatus, startedAt }: Task): string =>
  lastStatus === 'RUNNING' || (startedAt !== undefined && lastStatus !== 'STOPPED') ? 'RUNNING' : 'PENDING';

/** Does `act` to the task later, in place of anything that was to be done to it. */
export function later(ecs: Ecs, task: Task, ms: number, act: () => void): void {
  task.cancel?.();
  task.cancel = ecs.cloud.clock.after(ms, act);
}

const targetGroups = (task: Task): string[] =>
  (task.deployment.revision.settings.loadBalancers ?? []).flatMap(({ targetGroupArn }) => targetGroupArn ?? []);

const forget = (ecs: Ecs, task: Task): void => {
  const oldest = ecs.cloud.clock.now() - stoppedKeptMs;
  const { service } = task;
  service.tasks.delete(task);
  service.stopped = [...service.stopped, task].filter((each) => (each.stoppedAt?.getTime() ?? 0) >= oldest);
};

/** The tasks of a service that stopped within the hour. */
export const lately = (ecs: Ecs, stopped: Task[]): Task[] =>
  stopped.filter((task) => (task.stoppedAt?.getTime() ?? 0) >= ecs.cloud.clock.now() - stoppedKeptMs);

function end(ecs: Ecs, task: Task): void {
  for (const container of task.containers) container.lastStatus = 'STOPPED';
  become(ecs, task, { lastStatus: 'STOPPED', stoppedAt: now(ecs) });
  forget(ecs, task);
}

/** The task's containers have ended: only its network interface is left to take down. */
export function deprovision(ecs: Ecs, task: Task): void {
  // Only a container that ran has an exit code; one that took SIGTERM well has 0.
  for (const container of task.containers) if (task.startedAt !== undefined) container.exitCode ??= 0;
  become(ecs, task, { lastStatus: 'DEPROVISIONING', executionStoppedAt: now(ecs) });
  later(ecs, task, deprovisionMs, () => end(ecs, task));
}

function terminate(ecs: Ecs, task: Task): void {
  become(ecs, task, { lastStatus: 'STOPPING' });
  later(ecs, task, stopMs, () => deprovision(ecs, task));
}

/** Ends a task from outside: its targets drain first where it has any, then its containers get SIGTERM. */
export function stopTask(ecs: Ecs, task: Task, why: { stopCode: string; stoppedReason: string }): void {
  if (task.desiredStatus === 'STOPPED') return;
  change(task, { ...why, desiredStatus: 'STOPPED', healthy: false, stoppingAt: now(ecs) });
  if (task.startedAt === undefined) deprovision(ecs, task);
  else if (targetGroups(task).length === 0) terminate(ecs, task);
  else drain(ecs, task);
}

function drain(ecs: Ecs, task: Task): void {
  say(ecs, task.service, 'has begun draining connections on 1 tasks.');
  for (const arn of targetGroups(task)) say(ecs, task.service, `deregistered 1 targets in (target-group ${arn})`);
  become(ecs, task, { lastStatus: 'DEACTIVATING' });
  later(ecs, task, drainMs, () => terminate(ecs, task));
}
