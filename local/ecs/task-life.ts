import { fatal, foundOut, type Part } from './behavior.ts';
import { countFailure } from './circuit-breaker.ts';
import { writeLogs } from './container-log.ts';
import { taskEvent } from './events.ts';
import { pullImage } from './images.ts';
import { arnOf, now } from './names.ts';
import { exit, run } from './run-task.ts';
import type { Deployment, Ecs } from './state.ts';
import { become, later, stopTask } from './stop-task.ts';
import type { Task } from './task.ts';
import { slowDown } from './throttle.ts';

/** Until the task has its network interface, and for the images. Milliseconds. */
const provisionMs = 4_000;
const pullMs = 6_000;

/** A new task of a deployment, on its way. */
export function launch(ecs: Ecs, deployment: Deployment): Task {
  const { service } = deployment.of;
  const { definition } = deployment.revision;
  const id = ecs.cloud.hex(32);
  const task: Task = {
    arn: arnOf(service.cluster, `task/${service.cluster.name}/${id}`),
    id,
    service,
    deployment,
    startedBy: deployment.id,
    definition,
    lastStatus: 'PROVISIONING',
    desiredStatus: 'RUNNING',
    healthStatus: 'UNKNOWN',
    healthy: false,
    version: 1,
    containers: definition.containers.map(({ name, image }) => ({
      name,
      image,
      runtimeId: `${id}-${ecs.cloud.hex(10)}`,
      lastStatus: 'PENDING',
    })),
    createdAt: now(ecs),
  };
  service.tasks.add(task);
  taskEvent(ecs, task);
  later(ecs, task, provisionMs, () => void ecs.cloud.clock.work(pull(ecs, task)));
  return task;
}

/** The task never came to RUNNING: that counts, and makes the next start wait. */
function startFailed(ecs: Ecs, task: Task, stoppedReason: string): void {
  countFailure(task.deployment);
  slowDown(ecs, task.deployment);
  stopTask(ecs, task, { stopCode: 'TaskFailedToStart', stoppedReason });
}

async function pull(ecs: Ecs, task: Task): Promise<void> {
  become(ecs, task, { lastStatus: 'PENDING', pullStartedAt: now(ecs) });
  const parts: Part[] = [];
  const failures: string[] = [];
  for (const container of task.definition.containers) {
    const pulled = await pullImage(ecs, task, container);
    if ('failure' in pulled) failures.push(pulled.failure);
    else parts.push({ container, behavior: pulled.behavior });
    if ('digest' in pulled) task.deployment.revision.digests.set(container.name, pulled.digest);
  }
  if (task.desiredStatus === 'STOPPED') return;
  const [stoppedReason] = failures;
  later(ecs, task, pullMs, () => {
    task.pullStoppedAt = now(ecs);
    if (stoppedReason !== undefined) startFailed(ecs, task, stoppedReason);
    else void ecs.cloud.clock.work(create(ecs, task, parts));
  });
}

async function create(ecs: Ecs, task: Task, parts: Part[]): Promise<void> {
  for (const container of task.containers) {
    const digest = task.deployment.revision.digests.get(container.name);
    if (digest !== undefined) container.imageDigest = digest;
  }
  const failure = await writeLogs(ecs, task, parts);
  if (task.desiredStatus === 'STOPPED') return;
  const seconds = Math.max(...parts.map(({ behavior }) => behavior.startSeconds));
  if (failure === undefined) later(ecs, task, seconds * 1000, () => begin(ecs, task, parts));
  else startFailed(ecs, task, failure);
}

const cannotStart =
  'CannotStartContainerError: Error response from daemon: failed to create task for container: failed to create shim task: OCI runtime create failed';

function begin(ecs: Ecs, task: Task, parts: Part[]): void {
  const doomed = fatal(parts);
  const { then, afterSeconds } = doomed?.behavior ?? {};
  const ends = then === 'crash' || then === 'out-of-memory' ? doomed : undefined;
  if (then === 'cannot-start') startFailed(ecs, task, cannotStart);
  else if (ends !== undefined && afterSeconds === undefined) {
    countFailure(task.deployment);
    slowDown(ecs, task.deployment);
    exit(ecs, task, ends);
  } else run(ecs, task, { ends, sick: doomed && foundOut(task, doomed) });
}
