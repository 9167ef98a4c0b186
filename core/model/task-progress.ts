import * as z from 'zod';
import { type LogTail, logTailSchema } from './log-tail.ts';
import { type TaskPhase, type TaskRun, taskPhases, taskRunSchema } from './release-task.ts';
import type { Verdict } from './state-data.ts';
import { verdictSchema } from './verdict-schemas.ts';
import { tokenRegistrationSchema, type WaitPlan } from './wait-plan.ts';

interface TaskProgressFields {
  phase: TaskPhase;
  /** When the first task of the execution began, when the tasks of this phase began, and until when they can run. */
  since: string;
  phaseSince: string;
  until: string;
  /** All tasks of the execution so far, in order. */
  runs: TaskRun[];
  /** The release's deadline, extended by the time that the tasks of this phase took. */
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

const taskProgressFields = {
  phase: z.enum(taskPhases),
  since: z.iso.datetime({ offset: true }),
  phaseSince: z.iso.datetime({ offset: true }),
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
