import type { EcsTask } from './state.ts';

/** Returns the roles of a task: those of the overrides, else those of its task definition. */
export const taskRoles = ({ definition, launch: { overrides } }: Pick<EcsTask, 'definition' | 'launch'>) => ({
  executionRoleArn: overrides.executionRoleArn ?? definition.executionRoleArn,
  taskRoleArn: overrides.taskRoleArn ?? definition.taskRoleArn,
});
