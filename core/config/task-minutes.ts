import type { ReleaseTask } from '../model/release-task.ts';

/** The tasks that each release of a service runs. */
export interface ReleaseTasksOfService {
  preDeploy: ReleaseTask[];
  postDeploy: ReleaseTask[];
}

/** Returns how many minutes the tasks of a release can take together. */
export const sumTaskMinutes = ({ preDeploy, postDeploy }: ReleaseTasksOfService): number =>
  [...preDeploy, ...postDeploy].reduce((sum, { timeoutMinutes }) => sum + timeoutMinutes, 0);

/** Whether a release with its tasks and its bake time ends within the 24 h of a custom action (CodePipeline quotas). */
export const areTasksWithinDayLimit = (
  service: ReleaseTasksOfService & { timeoutMinutes: number; bakeMinutes: number },
): boolean =>
  sumTaskMinutes(service) === 0 || service.timeoutMinutes + service.bakeMinutes + sumTaskMinutes(service) <= 1440;

export const taskDayLimitMessage =
  'must leave room: timeoutMinutes, bakeMinutes and the timeoutMinutes of all tasks in preDeploy and postDeploy are together at most 1440';
