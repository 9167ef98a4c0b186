import { now } from './arns.ts';
import { assignFields } from './assign-fields.ts';
import { addServiceEvent, publishTaskEvent } from './events.ts';
import type { Ecs, EcsTask } from './state.ts';
import { wakeScheduler } from './wake-scheduler.ts';

/** Deregistration delay of the embedded target groups: how long a target drains, in milliseconds (AWS's default is 300 s). */
const drainMs = 8_000;
/** Time from SIGTERM to the end of the containers, and then until the network interface is removed. Milliseconds. */
const stopMs = 3_000;
const deprovisionMs = 2_000;
/** "Stopped tasks are returned by DescribeTasks for at least one hour" (botocore ecs DescribeTasks). Milliseconds. */
const stoppedKeptMs = 60 * 60_000;

/** Updates a task's status and the fields that change with it, and publishes the task event. */
export function updateTask(ecs: Ecs, task: EcsTask, changes: Partial<EcsTask>): void {
  assignFields(task, { ...changes, version: task.version + 1 });
  if (changes.lastStatus !== undefined)
    for (const container of task.containers)
      if (container.lastStatus !== 'STOPPED') container.lastStatus = containerStatus(task);
  publishTaskEvent(ecs, task);
  wakeScheduler(ecs, task.service);
}

/** A container has fewer statuses than its task: PENDING, RUNNING and STOPPED. */
const containerStatus = ({ lastStatus, startedAt }: EcsTask): string =>
  lastStatus === 'RUNNING' || (startedAt !== undefined && lastStatus !== 'STOPPED') ? 'RUNNING' : 'PENDING';

/** Schedules `act` for the task, in place of any step scheduled before. */
export function scheduleNextTaskStep(ecs: Ecs, task: EcsTask, ms: number, act: () => void): void {
  task.cancelNextStep?.();
  task.cancelNextStep = ecs.cloud.clock.after(ms, act);
}

const targetGroupArns = (task: EcsTask): string[] =>
  (task.deployment?.revision.settings.loadBalancers ?? []).flatMap(({ targetGroupArn }) => targetGroupArn ?? []);

const moveToStopped = (ecs: Ecs, task: EcsTask): void => {
  const oldest = ecs.cloud.clock.now() - stoppedKeptMs;
  const owner = task.service ?? task.cluster;
  owner.tasks.delete(task);
  owner.stoppedTasks = [...owner.stoppedTasks, task].filter((each) => (each.stoppedAt?.getTime() ?? 0) >= oldest);
};

/** Returns the tasks that stopped within the last hour. */
export const recentlyStopped = (ecs: Ecs, stopped: EcsTask[]): EcsTask[] =>
  stopped.filter((task) => (task.stoppedAt?.getTime() ?? 0) >= ecs.cloud.clock.now() - stoppedKeptMs);

function markStopped(ecs: Ecs, task: EcsTask): void {
  for (const container of task.containers) container.lastStatus = 'STOPPED';
  updateTask(ecs, task, { lastStatus: 'STOPPED', stoppedAt: now(ecs) });
  moveToStopped(ecs, task);
}

/** Starts to deprovision a task whose containers have ended: only its network interface remains. */
export function deprovision(ecs: Ecs, task: EcsTask): void {
  // Only a container that ran has an exit code. A container that handles SIGTERM has the code 0.
  for (const container of task.containers)
    if (task.startedAt !== undefined && task.hostLost !== true) container.exitCode ??= container.stopExitCode ?? 0;
  updateTask(ecs, task, { lastStatus: 'DEPROVISIONING', executionStoppedAt: now(ecs) });
  scheduleNextTaskStep(ecs, task, deprovisionMs, () => markStopped(ecs, task));
}

function terminateContainers(ecs: Ecs, task: EcsTask): void {
  updateTask(ecs, task, { lastStatus: 'STOPPING' });
  scheduleNextTaskStep(ecs, task, stopMs, () => deprovision(ecs, task));
}

/** Stops a running task. If the task has targets, they drain first. Afterwards its containers get SIGTERM. */
export function stopTask(ecs: Ecs, task: EcsTask, why: { stopCode: string; stoppedReason: string }): void {
  if (task.desiredStatus === 'STOPPED') return;
  assignFields(task, { ...why, desiredStatus: 'STOPPED', healthy: false, stoppingAt: now(ecs) });
  if (task.startedAt === undefined) deprovision(ecs, task);
  else if (targetGroupArns(task).length === 0) terminateContainers(ecs, task);
  else drainTargets(ecs, task);
}

function drainTargets(ecs: Ecs, task: EcsTask): void {
  addServiceEvent(ecs, task.service, 'has begun draining connections on 1 tasks.');
  for (const arn of targetGroupArns(task))
    addServiceEvent(ecs, task.service, `deregistered 1 targets in (target-group ${arn})`);
  updateTask(ecs, task, { lastStatus: 'DEACTIVATING' });
  scheduleNextTaskStep(ecs, task, drainMs, () => terminateContainers(ecs, task));
}
