import { now } from './arns.ts';
import { checkTaskRoles } from './assume-task-roles.ts';
import {
  type Behavior,
  behaviorOfNthTask,
  type ContainerBehavior,
  findFailingContainer,
  healthCheckFailure,
} from './behavior.ts';
import { recordFailedTask } from './circuit-breaker.ts';
import { writeContainerLogs } from './container-log.ts';
import { createTask } from './create-task.ts';
import { publishTaskEvent } from './events.ts';
import { failLaunch } from './failed-launch.ts';
import { pullImage } from './images.ts';
import { oneOffBehavior } from './one-off.ts';
import { runContainers } from './run-containers.ts';
import { enterRunning, exitContainer } from './running-task.ts';
import type { Ecs, EcsDeployment, EcsTask } from './state.ts';
import { scheduleNextTaskStep, stopTask, updateTask } from './stop-task.ts';
import type { ContainerDefinition } from './task-definition-input.ts';
import { throttleStarts } from './throttle-starts.ts';

/** How long the network interface and the image pull take, in milliseconds. */
const provisionMs = 4_000;
const pullMs = 6_000;

/** Starts a new task of a deployment. */
export function launchTask(ecs: Ecs, deployment: EcsDeployment): EcsTask {
  const { service } = deployment.serviceDeployment;
  const { definition, digests, settings } = deployment.revision;
  deployment.launchedTasks = (deployment.launchedTasks ?? 0) + 1;
  const task = createTask(ecs, service.cluster, definition, {
    service,
    deployment,
    startedBy: deployment.id,
    nth: deployment.launchedTasks,
    digests,
    launch: { group: `service:${service.name}`, launchType: settings.launchType, overrides: {}, tags: [] },
  });
  service.tasks.add(task);
  provision(ecs, task);
  return task;
}

/** Gives the task its network interface, pulls its images and starts it. */
export const provision = (ecs: Ecs, task: EcsTask): void => void ecs.cloud.clock.freezeDuring(provisionTask(ecs, task));

/** A task whose roles ECS cannot assume is never launched; a service event gives the reason (developer guide, service-event-messages). */
async function provisionTask(ecs: Ecs, task: EcsTask): Promise<void> {
  // RunTask has checked the roles of its tasks.
  const failure = task.service && (await checkTaskRoles(ecs, task));
  if (failure !== undefined) {
    dropTask(ecs, task, failure);
    return;
  }
  delete task.unlisted;
  publishTaskEvent(ecs, task);
  scheduleNextTaskStep(ecs, task, provisionMs, () => void ecs.cloud.clock.freezeDuring(pullImages(ecs, task)));
}

/** Removes a task that was never launched. */
function dropTask(ecs: Ecs, task: EcsTask, error: string): void {
  task.desiredStatus = 'STOPPED';
  (task.service ?? task.cluster).tasks.delete(task);
  if (task.deployment !== undefined) failLaunch(ecs, task.deployment, error);
}

/** Stops a task that never reached RUNNING. The failure counts, and it delays the next start. */
function failStart(ecs: Ecs, task: EcsTask, stoppedReason: string): void {
  if (task.service !== undefined && ecs.cloud.answers['failed-launch'] === 'event-only')
    dropTask(ecs, task, stoppedReason);
  else {
    recordFailedTask(task.deployment);
    throttleStarts(ecs, task.deployment);
    stopTask(ecs, task, { stopCode: 'TaskFailedToStart', stoppedReason });
  }
}

const taskBehavior = (image: Behavior, task: EcsTask, container: ContainerDefinition): Behavior =>
  task.service === undefined ? oneOffBehavior(image, task, container) : behaviorOfNthTask(image, task.nth);

async function pullImages(ecs: Ecs, task: EcsTask): Promise<void> {
  updateTask(ecs, task, { lastStatus: 'PENDING', pullStartedAt: now(ecs) });
  const parts: ContainerBehavior[] = [];
  const failures: string[] = [];
  for (const container of task.definition.containers) {
    const pulled = await pullImage(ecs, task, container);
    if ('failure' in pulled) failures.push(pulled.failure);
    else parts.push({ container, behavior: taskBehavior(pulled.behavior, task, container) });
    if ('digest' in pulled) task.digests.set(container.name, pulled.digest);
  }
  if (task.desiredStatus === 'STOPPED') return;
  const [stoppedReason] = failures;
  scheduleNextTaskStep(ecs, task, pullMs, () => {
    task.pullStoppedAt = now(ecs);
    if (stoppedReason !== undefined) failStart(ecs, task, stoppedReason);
    else void ecs.cloud.clock.freezeDuring(createContainers(ecs, task, parts));
  });
}

async function createContainers(ecs: Ecs, task: EcsTask, parts: ContainerBehavior[]): Promise<void> {
  for (const container of task.containers) {
    const digest = task.digests.get(container.name);
    if (digest !== undefined) container.imageDigest = digest;
    container.stopExitCode = parts.find((part) => part.container.name === container.name)?.behavior.stopExitCode ?? 0;
  }
  const failure = await writeContainerLogs(ecs, task, parts);
  if (task.desiredStatus === 'STOPPED') return;
  const seconds = Math.max(...parts.map(({ behavior }) => behavior.startSeconds));
  if (failure === undefined) scheduleNextTaskStep(ecs, task, seconds * 1000, () => startContainers(ecs, task, parts));
  else failStart(ecs, task, failure);
}

const noCapacityReason =
  'Capacity is unavailable at this time. Please try again later or in a different availability zone';

const cannotStartReason =
  'CannotStartContainerError: Error response from daemon: failed to create task for container: failed to create shim task: OCI runtime create failed';

function startContainers(ecs: Ecs, task: EcsTask, parts: ContainerBehavior[]): void {
  const doomed = findFailingContainer(parts);
  const { then, afterSeconds } = doomed?.behavior ?? {};
  const ends = then === 'crash' || then === 'out-of-memory' || then === 'lose-host' ? doomed : undefined;
  if (then === 'cannot-start') failStart(ecs, task, cannotStartReason);
  else if (then === 'no-capacity') failStart(ecs, task, noCapacityReason);
  else if (task.service === undefined) runContainers(ecs, task, parts);
  else if (ends !== undefined && afterSeconds === undefined) {
    recordFailedTask(task.deployment);
    throttleStarts(ecs, task.deployment);
    exitContainer(ecs, task, ends);
  } else enterRunning(ecs, task, { exits: ends, unhealthyReason: doomed && healthCheckFailure(task, doomed) });
}
