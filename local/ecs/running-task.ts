import { now } from './arns.ts';
import { assignFields } from './assign-fields.ts';
import type { ContainerBehavior } from './behavior.ts';
import { recordFailedTask, recordHealthyTask } from './circuit-breaker.ts';
import { addServiceEvent } from './events.ts';
import type { Ecs, EcsTask } from './state.ts';
import { deprovision, scheduleNextTaskStep, stopTask, updateTask } from './stop-task.ts';
import { wakeScheduler } from './wake-scheduler.ts';

/** Time from RUNNING until every health check has passed, or has failed as often as its threshold. Milliseconds. */
const healthyAfterMs = 10_000;
const unhealthyMs = 20_000;

/** What happens to a running task: a container exits after its `afterSeconds`, a health check fails, or neither. */
export interface TaskFate {
  exits?: ContainerBehavior | undefined;
  unhealthyReason?: string | undefined;
}

/** Sets the exit code and reason of a container that exits by itself (`OutOfMemoryError`: stopped-task-errors in the ECS guide). */
export function markContainerExited(task: EcsTask, { container, behavior }: ContainerBehavior): void {
  const ended = task.containers.find(({ name }) => name === container.name);
  const left =
    behavior.then === 'out-of-memory'
      ? { exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage' }
      : { exitCode: behavior.exitCode };
  if (ended !== undefined) assignFields(ended, { lastStatus: 'STOPPED', ...left });
}

/** Stops a task whose host is terminated: nobody knows its exit codes (stopped-task-errors in the ECS guide). */
function loseHost(ecs: Ecs, task: EcsTask): void {
  const why = {
    stopCode: 'TerminationNotice',
    stoppedReason: `Host EC2 (instance i-${task.id.slice(0, 17)}) terminated.`,
  };
  assignFields(task, { ...why, desiredStatus: 'STOPPED', healthy: false, stoppingAt: now(ecs), hostLost: true });
  deprovision(ecs, task);
}

/** Stops a task one of whose essential containers exits by itself, or whose host is terminated. */
export function exitContainer(ecs: Ecs, task: EcsTask, part: ContainerBehavior): void {
  if (part.behavior.then === 'lose-host') {
    loseHost(ecs, task);
    return;
  }
  markContainerExited(task, part);
  const why = { stopCode: 'EssentialContainerExited', stoppedReason: 'Essential container in task exited' };
  assignFields(task, { ...why, desiredStatus: 'STOPPED', healthy: false, stoppingAt: now(ecs) });
  deprovision(ecs, task);
}

function becomeHealthy(ecs: Ecs, task: EcsTask): void {
  const checked = task.definition.containers.some((container) => container.healthCheck);
  assignFields(task, { healthy: true, healthStatus: checked ? 'HEALTHY' : 'UNKNOWN' });
  recordHealthyTask(ecs, task.deployment);
  // A change of health publishes no task event, so only the scheduler has to be woken.
  wakeScheduler(ecs, task.service);
}

function becomeUnhealthy(ecs: Ecs, task: EcsTask, stoppedReason: string): void {
  task.healthStatus = stoppedReason.includes('container') ? 'UNHEALTHY' : task.healthStatus;
  recordFailedTask(task.deployment);
  addServiceEvent(ecs, task.service, `(task ${task.id}) ${stoppedReason.replace('Task failed', 'failed')}.`);
  stopTask(ecs, task, { stopCode: 'ServiceSchedulerInitiated', stoppedReason });
}

/**
 * During the grace period neither the load balancer's checks nor the container's own count (botocore ecs
 * healthCheckGracePeriodSeconds).
 */
const unhealthyAfterMs = (task: EcsTask): number =>
  Math.max(unhealthyMs, (task.deployment?.revision.settings.healthCheckGracePeriodSeconds ?? 0) * 1000);

function registerTargets(ecs: Ecs, task: EcsTask): void {
  for (const { targetGroupArn } of task.deployment?.revision.settings.loadBalancers ?? [])
    if (targetGroupArn) addServiceEvent(ecs, task.service, `registered 1 targets in (target-group ${targetGroupArn})`);
}

/** Sets the task to RUNNING, because its containers have started, and schedules what its fate defines. */
export function enterRunning(ecs: Ecs, task: EcsTask, { exits, unhealthyReason }: TaskFate): void {
  updateTask(ecs, task, { lastStatus: 'ACTIVATING' });
  registerTargets(ecs, task);
  updateTask(ecs, task, { lastStatus: 'RUNNING', startedAt: now(ecs) });
  if (task.deployment !== undefined) task.deployment.failedStarts = 0;
  const endsMs = (exits?.behavior.afterSeconds ?? 0) * 1000;
  const end = (ms: number) => exits && scheduleNextTaskStep(ecs, task, ms, () => exitContainer(ecs, task, exits));
  if (unhealthyReason !== undefined)
    scheduleNextTaskStep(ecs, task, unhealthyAfterMs(task), () => becomeUnhealthy(ecs, task, unhealthyReason));
  else if (exits !== undefined && endsMs <= healthyAfterMs) end(endsMs);
  else
    scheduleNextTaskStep(ecs, task, healthyAfterMs, () => {
      becomeHealthy(ecs, task);
      end(endsMs - healthyAfterMs);
    });
}
