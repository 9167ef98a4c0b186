import type { Release } from '../model/release.ts';
import type { ReleaseTask, TaskPhase } from '../model/release-task.ts';
import { formatTaskName } from './messages.ts';

const describeTask = (phase: TaskPhase, { name, container, command, timeoutMinutes }: ReleaseTask): string => {
  const when = phase === 'preDeploy' ? 'Before that' : 'When the rollout is stable';
  const what = command === undefined ? 'its own command' : command.join(' ');
  return `${when}: run ${formatTaskName({ phase, name })} in the container ${container}: ${what} (at most ${timeoutMinutes} min).`;
};

/** Returns a sentence for each task that a release would run, in order. `same`: whether the service already runs the revision. */
export function describePlannedTasks({ tasks, skippedTasks }: Release, same: boolean): string[] {
  const skipped = skippedTasks === undefined ? [] : [`Not run, on request: ${skippedTasks.join(', ')}.`];
  if (tasks === undefined) return skipped;
  if (same && tasks.evenIfUnchanged !== true)
    return [...skipped, 'No task runs, because the service already runs the revision.'];
  return [
    ...skipped,
    ...tasks.preDeploy.map((task) => describeTask('preDeploy', task)),
    ...tasks.postDeploy.map((task) => describeTask('postDeploy', task)),
  ];
}
