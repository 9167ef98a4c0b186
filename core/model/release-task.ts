import * as z from 'zod';

/** A task that belongs to a release. It runs the new revision. */
export interface ReleaseTask {
  name: string;
  /** The container whose exit code decides. */
  container: string;
  /** The command of that container; absent if the revision's own command runs. */
  command?: string[] | undefined;
  timeoutMinutes: number;
  /** The size of the task, in CPU units and MiB; absent if it has the revision's size. */
  cpu?: number | undefined;
  memory?: number | undefined;
  /** Whether the task is stopped if its execution dies. */
  stopOnDeath?: boolean | undefined;
}

/** When tasks run: before the service is updated, or once the rollout is stable. */
export const taskPhases = ['preDeploy', 'postDeploy'] as const;
export type TaskPhase = (typeof taskPhases)[number];

/** The tasks of a release, in the order in which they run. */
export interface ReleaseTasks {
  preDeploy: ReleaseTask[];
  postDeploy: ReleaseTask[];
  /** Whether the tasks also run if the service already runs the revision. */
  evenIfUnchanged?: boolean | undefined;
}

const releaseTaskSchema: z.ZodType<ReleaseTask> = z.object({
  name: z.string(),
  container: z.string(),
  command: z.array(z.string()).optional(),
  timeoutMinutes: z.number(),
  cpu: z.number().optional(),
  memory: z.number().optional(),
  stopOnDeath: z.boolean().optional(),
});

export const releaseTasksSchema: z.ZodType<ReleaseTasks> = z.object({
  preDeploy: z.array(releaseTaskSchema),
  postDeploy: z.array(releaseTaskSchema),
  evenIfUnchanged: z.boolean().optional(),
});
