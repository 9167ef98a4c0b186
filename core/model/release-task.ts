import * as z from 'zod';

/** A task that belongs to a release. It runs the new revision. */
export interface ReleaseTask {
  name: string;
  /** The container whose exit code decides whether the task succeeded. */
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

/**
 * Returns a release without its bake time if its post-deploy tasks have not run yet, because they run as soon as the rollout is stable. `phase`: the phase
 * of the last task.
 */
export const omitBakeTimeBeforeTasks = <Held extends { tasks?: ReleaseTasks | undefined; bakeMinutes: number }>(
  release: Held,
  phase: TaskPhase | undefined,
): Held =>
  (release.tasks?.postDeploy ?? []).length > 0 && phase !== 'postDeploy' ? { ...release, bakeMinutes: 0 } : release;

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

/** One task of the execution. Times are ISO 8601, UTC. `end` is absent while the task runs. */
export interface TaskRun {
  phase: TaskPhase;
  name: string;
  /** The ARN of the task; absent if ECS could not start it. */
  task?: string | undefined;
  start: string;
  end?: string | undefined;
  exitCode?: number | undefined;
  outcome?: 'succeeded' | 'failed' | undefined;
  /** When a check last saw the task. */
  seenAt?: string | undefined;
}

export const taskRunSchema: z.ZodType<TaskRun> = z.object({
  phase: z.enum(taskPhases),
  name: z.string(),
  task: z.string().optional(),
  start: z.iso.datetime({ offset: true }),
  end: z.iso.datetime({ offset: true }).optional(),
  exitCode: z.number().optional(),
  outcome: z.enum(['succeeded', 'failed']).optional(),
  seenAt: z.iso.datetime({ offset: true }).optional(),
});
