import { viewerRoleName } from '../core/config/resource-names.ts';
import { Failure } from '../core/errors/failure.ts';
import type { LifecycleHook, StageProgress } from '../core/model/stage-progress.ts';
import type { StoppedTask } from '../core/rollout/observed-task.ts';
import { taskEndTimeOf } from '../core/rollout/stop-texts.ts';
import { describeHook } from './describe-hook.ts';
import { describeProgress, tasksWithTraffic, trackProgress } from './record-progress.ts';
import { listNewDeaths } from './task-deaths.ts';
import { findWatchedRollout, type WatchedRollout } from './watched-rollout.ts';
import { readWatchedService, type WatchedService } from './watched-service.ts';
import { currentTime, currentTimestamp, recordIfChanged, recordOnce, recordTime, type Watcher } from './watcher.ts';

/** What was read about the service so far. */
export interface SeenService {
  /** False once the user was denied access to the service in the target account. */
  canRead: boolean;
  /** The deployment that was read. During the run, the execution can begin to wait for another deployment, which restores a revision. */
  deploymentId?: string | undefined;
  /** The ARNs of all stopped tasks that were read, and the tasks of the rollout among them. */
  knownTasks: Set<string>;
  stoppedTasks: StoppedTask[];
  progress?: StageProgress | undefined;
}

/** Records how far the rollout had come at a step of the execution, for the time before the first poll. */
export function recordPastProgress(watcher: Watcher, at: Date): void {
  const { progress } = watcher.data.verdict ?? {};
  if (progress !== undefined)
    recordIfChanged(watcher, { type: 'progress', ...describeProgress(progress, undefined) }, at.toISOString());
}

/** Records what is new in the service: ECS's events since the rollout began, tasks, deaths of tasks, and progress. Records once that the user is not allowed to read it. */
export async function recordService(watcher: Watcher, seen: SeenService): Promise<void> {
  const { release } = watcher.data;
  if (!seen.canRead || release === undefined) return;
  const { target } = release;
  const watched = findWatchedRollout(watcher.data);
  if (seen.deploymentId !== watched?.rollout.deploymentId)
    Object.assign(seen, { deploymentId: watched?.rollout.deploymentId, stoppedTasks: [], progress: undefined });
  const query = { ...watched, known: seen.knownTasks };
  const found = await readWatchedService(target, currentTime(watcher), query).catch((error: unknown) => {
    if (!(error instanceof Failure) || error.name !== 'PermissionError') throw error;
    seen.canRead = false;
    recordNote(watcher, describeMissingPermission(viewerRoleName(target.roleArn)));
  });
  if (found === undefined) return;
  if (watched !== undefined) recordRollout(watcher, seen, { ...watched, ...found });
  recordIfChanged(watcher, { type: 'tasks', deployments: tasksWithTraffic(found, watched?.rollout) });
}

const recordNote = (watcher: Watcher, message: string): void =>
  recordOnce(watcher, message, () => watcher.unprinted.push({ at: currentTimestamp(watcher), type: 'note', message }));

type FoundRollout = WatchedRollout & WatchedService;

function recordRollout(watcher: Watcher, seen: SeenService, found: FoundRollout): void {
  recordServiceEvents(watcher, found);
  recordDeaths(watcher, seen, found);
  recordProgress(watcher, seen, found);
}

/** Skips events from before the execution, because they belong to an earlier execution. A rollback starts later than the deployment that it rolls back. */
function recordServiceEvents(watcher: Watcher, { service, rollout }: FoundRollout): void {
  const since = Math.max(watcher.startedAt, Date.parse(watcher.data.rollout?.startedAt ?? rollout.startedAt));
  for (const { at, message } of service.events.filter((event) => event.at.getTime() >= since).reverse()) {
    recordTime(watcher, at);
    recordOnce(watcher, `${at.getTime()} ${message}`, () =>
      watcher.unprinted.push({ at: at.toISOString(), type: 'event', message }),
    );
  }
}

function recordDeaths(watcher: Watcher, seen: SeenService, { stoppedTasks, rollout }: FoundRollout): void {
  if (stoppedTasks === 'denied') {
    const role = viewerRoleName(watcher.data.release?.target.roleArn ?? '');
    recordNote(watcher, describeMissingTasks(role));
    return;
  }
  if (!stoppedTasks.complete) recordNote(watcher, tooManyStoppedTasks);
  const at = currentTimestamp(watcher);
  const fresh = stoppedTasks.tasks.filter(
    (task) => (taskEndTimeOf(task)?.getTime() ?? Number.POSITIVE_INFINITY) >= watcher.startedAt,
  );
  seen.stoppedTasks.push(...fresh);
  for (const death of listNewDeaths(seen.stoppedTasks, fresh))
    watcher.unprinted.push({ at, type: 'task-stopped', taskDefinition: rollout.taskDefinition, ...death });
}

function recordProgress(watcher: Watcher, seen: SeenService, found: FoundRollout): void {
  seen.progress = trackProgress(found, seen.progress ?? found.progress, currentTime(watcher));
  // If the user cannot read ECS's history, this shows the progress that the execution recorded: the execution reads the history with the target's role.
  const shown = found.serviceDeployment === undefined ? found.progress : seen.progress;
  if (shown === undefined) return;
  const { serviceDeployment } = found;
  const progress = describeProgress(shown, serviceDeployment);
  const [{ config }, target] = [watcher.context, watcher.data.release?.target];
  const describe = (hook: LifecycleHook) =>
    target === undefined ? hook : describeHook(hook, { config, target, serviceDeployment });
  recordIfChanged(watcher, { type: 'progress', ...progress, waiting: progress.waiting.map(describe) });
}

const describeMissingPermission = (role: string): string =>
  `Your credentials cannot read the tasks: that needs sts:AssumeRole on ${role}, and the target's viewers in gantry.config.ts must name you. Everything else is shown.`;

const describeMissingTasks = (role: string): string =>
  `Why tasks stop is not shown: the role ${role} is not allowed to list tasks. Deploy Gantry again, which allows it.`;

const tooManyStoppedTasks =
  'ECS lists more stopped tasks of this service than Gantry reads at a time, so a task that stops may be shown late or not at all. The verdict does not depend on this.';
