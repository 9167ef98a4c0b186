import * as z from 'zod';
import { type LogTail, logTailSchema } from './log-tail.ts';
import { type TaskPhase, taskPhases } from './release-task.ts';
import type { Verdict } from './state-data.ts';
import { verdictSchema } from './verdict-schemas.ts';
import { tokenRegistrationSchema, type WaitPlan } from './wait-plan.ts';

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

interface TaskProgressFields {
  phase: TaskPhase;
  /** When the first task of the execution began, and until when the tasks of this phase can run. */
  since: string;
  until: string;
  /** All tasks of the execution so far, in order. */
  runs: TaskRun[];
  /** The release's deadline, which is later by the time that the tasks of this phase took. */
  deadline: string;
  warnings?: string[] | undefined;
}

/** `$.tasks`, by Run Task. A failed pre-deploy task has a reason; a failed post-deploy task has a verdict on the rollout. */
export type TaskProgress = TaskProgressFields &
  (
    | ({ outcome: 'going on' } & WaitPlan)
    | { outcome: 'done' }
    | { outcome: 'failed'; reason: string; log?: LogTail | undefined; verdict?: Verdict | undefined }
  );

const taskRunSchema: z.ZodType<TaskRun> = z.object({
  phase: z.enum(taskPhases),
  name: z.string(),
  task: z.string().optional(),
  start: z.iso.datetime({ offset: true }),
  end: z.iso.datetime({ offset: true }).optional(),
  exitCode: z.number().optional(),
  outcome: z.enum(['succeeded', 'failed']).optional(),
  seenAt: z.iso.datetime({ offset: true }).optional(),
});

const taskProgressFields = {
  phase: z.enum(taskPhases),
  since: z.iso.datetime({ offset: true }),
  until: z.iso.datetime({ offset: true }),
  runs: z.array(taskRunSchema),
  deadline: z.iso.datetime({ offset: true }),
  warnings: z.array(z.string()).optional(),
};

export const taskProgressSchema: z.ZodType<TaskProgress> = z.discriminatedUnion('outcome', [
  z.object({
    ...taskProgressFields,
    outcome: z.literal('going on'),
    waitSeconds: z.number(),
    recheckSeconds: z.number().optional(),
    subscription: tokenRegistrationSchema.optional(),
  }),
  z.object({ ...taskProgressFields, outcome: z.literal('done') }),
  z.object({
    ...taskProgressFields,
    outcome: z.literal('failed'),
    reason: z.string(),
    log: logTailSchema.optional(),
    verdict: verdictSchema.optional(),
  }),
]);
