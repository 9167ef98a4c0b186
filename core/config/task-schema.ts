import * as z from 'zod';
import { commandSchema } from './command-schema.ts';
import { createPatternSchema, ecsNameSchema } from './fields.ts';
import { scheduleSettingFields } from './schedule-schema.ts';
import { areTasksWithinDayLimit, type ReleaseTasksOfService, taskDayLimitMessage } from './task-minutes.ts';

/** The maximum number of tasks of one kind. An execution's data contain the result of each task. */
const maxTasks = 10;

const taskSchema = z.strictObject(
  {
    /** The name of the task in messages and records. It is unique in the service. */
    name: createPatternSchema(
      /^[a-z][a-z0-9-]{0,31}$/,
      'must be 1-32 lower-case letters, digits or hyphens, beginning with a letter',
    ),
    /** The container of the service's task definition that the task is about. The task succeeds if this container exits with code 0. */
    container: ecsNameSchema,
    /** The command of that container. Default: the one of the task definition or of the image. */
    command: commandSchema.optional(),
    /** A task that has not ended after this number of minutes is stopped, and has failed. */
    timeoutMinutes: z.int('must be a number of minutes, 1-1440').min(1).max(1440),
    /** The size of the task in CPU units (1024 per vCPU) and MiB. Default: that of the task definition. */
    cpu: z.int('must be a number of CPU units, such as 1024').min(1).optional(),
    memory: z.int('must be a number of MiB, such as 2048').min(1).optional(),
    /** Whether Gantry stops the task if the execution that started it dies. Otherwise the report only names the task. */
    stopOnDeath: z.boolean('must be true or false').default(false),
  },
  'must be { name, container, command, timeoutMinutes }',
);

const tasksSchema = z
  .array(taskSchema, 'must be a list of tasks')
  .max(maxTasks, `must have at most ${maxTasks} tasks`)
  .default([]);

/** The tasks of a service that belong to each release. */
export const releaseTaskFields = {
  /** Tasks of the new revision that run one after the other before the service is updated, such as a migration. If one fails, the service stays as it is. */
  preDeploy: tasksSchema,
  /** Tasks of the new revision that run one after the other once the rollout is stable, before the bake time. If one fails, the release has failed. */
  postDeploy: tasksSchema,
  ...scheduleSettingFields,
};

const areTaskNamesUnique = ({ preDeploy, postDeploy }: ReleaseTasksOfService): boolean => {
  const names = [...preDeploy, ...postDeploy].map(({ name }) => name);
  return new Set(names).size === names.length;
};

/** Adds the validation errors about all tasks of a service together. */
export function checkReleaseTasks(
  service: ReleaseTasksOfService & { timeoutMinutes: number; bakeMinutes: number },
  context: z.RefinementCtx,
): void {
  const path = [service.preDeploy.length > 0 ? 'preDeploy' : 'postDeploy'];
  if (!areTasksWithinDayLimit(service)) context.addIssue({ code: 'custom', path, message: taskDayLimitMessage });
  if (!areTaskNamesUnique(service))
    context.addIssue({
      code: 'custom',
      path,
      message: 'must name each task differently, also from those in postDeploy',
    });
}
