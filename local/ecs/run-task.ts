import type { Part } from './behavior.ts';
import { change } from './change.ts';
import { countFailure, countHealthy } from './circuit-breaker.ts';
import { say } from './events.ts';
import { now } from './names.ts';
import type { Ecs } from './state.ts';
import { become, deprovision, later, stopTask } from './stop-task.ts';
import type { Task } from './task.ts';
import { wake } from './wake.ts';

/** From RUNNING until every check has passed, or has failed as often as it must. Milliseconds. */
const healthyMs = 10_000;
const unhealthyMs = 20_000;

/** What will become of a running task: a part that ends it after its `afterSeconds`, or a check that finds it sick, or neither. */
export interface Fate {
  ends?: Part | undefined;
  sick?: string | undefined;
}

/** What a container leaves behind when it ends by itself (`OutOfMemoryError`: stopped-task-errors in the ECS guide). */
export function exit(ecs: Ecs, task: Task, { container, behavior }: Part): void {
  const ended = task.containers.find(({ name }) => name === container.name);
  const left =
    behavior.then === 'out-of-memory'
      ? { exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage' }
      : { exitCode: behavior.exitCode };
  if (ended !== undefined) change(ended, { lastStatus: 'STOPPED', ...left });
  const why = { stopCode: 'EssentialContainerExited', stoppedReason: 'Essential container in task exited' };
  change(task, { ...why, desiredStatus: 'STOPPED', healthy: false, stoppingAt: now(ecs) });
  deprovision(ecs, task);
}

function recover(ecs: Ecs, task: Task): void {
  const checked = task.definition.containers.some((container) => container.healthCheck);
  change(task, { healthy: true, healthStatus: checked ? 'HEALTHY' : 'UNKNOWN' });
  countHealthy(task.deployment);
  // Health is no part of a task's events, so nobody but the scheduler hears of it.
  wake(ecs, task.service);
}

function sicken(ecs: Ecs, task: Task, stoppedReason: string): void {
  task.healthStatus = stoppedReason.includes('container') ? 'UNHEALTHY' : task.healthStatus;
  countFailure(task.deployment);
  say(ecs, task.service, `(task ${task.id}) ${stoppedReason.replace('Task failed', 'failed')}.`);
  stopTask(ecs, task, { stopCode: 'ServiceSchedulerInitiated', stoppedReason });
}

/** Neither the load balancer's word nor a container's own check counts in the grace period (botocore ecs healthCheckGracePeriodSeconds). */
const sickAfterMs = (task: Task): number =>
  Math.max(unhealthyMs, (task.deployment.revision.settings.healthCheckGracePeriodSeconds ?? 0) * 1000);

function register(ecs: Ecs, task: Task): void {
  for (const { targetGroupArn } of task.deployment.revision.settings.loadBalancers ?? [])
    if (targetGroupArn) say(ecs, task.service, `registered 1 targets in (target-group ${targetGroupArn})`);
}

/** The task's containers have started: it is RUNNING, and what its fate says happens next. */
export function run(ecs: Ecs, task: Task, { ends, sick }: Fate): void {
  become(ecs, task, { lastStatus: 'ACTIVATING' });
  register(ecs, task);
  become(ecs, task, { lastStatus: 'RUNNING', startedAt: now(ecs) });
  task.deployment.failedStarts = 0;
  const endsMs = (ends?.behavior.afterSeconds ?? 0) * 1000;
  const end = (ms: number) => ends && later(ecs, task, ms, () => exit(ecs, task, ends));
  if (sick !== undefined) later(ecs, task, sickAfterMs(task), () => sicken(ecs, task, sick));
  else if (ends !== undefined && endsMs <= healthyMs) end(endsMs);
  else
    later(ecs, task, healthyMs, () => {
      recover(ecs, task);
      end(endsMs - healthyMs);
    });
}
