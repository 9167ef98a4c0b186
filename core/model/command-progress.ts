import * as z from 'zod';
import { type FailureType, failureTypes } from '../errors/failure.ts';
import { type LogTail, logTailSchema } from './log-tail.ts';
import type { Target } from './release.ts';
import { targetSchema } from './state-schemas.ts';
import { tokenRegistrationSchema, type WaitPlan } from './wait-plan.ts';

/** A command and the revision that runs it. Times are ISO 8601, UTC. */
export interface PlannedCommand {
  target: Target;
  container: string;
  command: string[];
  timeoutMinutes: number;
  /** The ARN of the revision. */
  taskDefinition: string;
  /** Whether the event that the task has stopped wakes the execution; otherwise it polls. */
  woken: boolean;
  warnings: string[];
  /** When the command was requested, and until when the execution checks the command if AWS does not answer. */
  since: string;
  until: string;
}

/** The task of a command after Gantry asked ECS to run it. */
interface StartedCommand {
  task?: string | undefined;
  start?: string | undefined;
  /** When a check last saw the task. */
  seenAt?: string | undefined;
}

/** How a command ended. A command that was refused has no task. */
interface CommandEnd extends StartedCommand {
  outcome: 'ended';
  result: 'succeeded' | 'failed';
  /** The error of the execution, if the command did not succeed. */
  error: FailureType;
  message: string;
  /** The exit code of the container; absent if it is not known. */
  exitCode?: number | undefined;
  log?: LogTail | undefined;
}

/** A request that was refused has no plan. */
type MaybePlanned = { [Field in keyof PlannedCommand]?: PlannedCommand[Field] | undefined };

/** `$.command`, by Run Command. */
export type CommandProgress =
  | (PlannedCommand & { outcome: 'planned' })
  | (PlannedCommand & StartedCommand & { outcome: 'going on' } & WaitPlan)
  | (MaybePlanned & CommandEnd);

const plannedFields = {
  target: targetSchema,
  container: z.string(),
  command: z.array(z.string()),
  timeoutMinutes: z.number(),
  taskDefinition: z.string(),
  woken: z.boolean(),
  warnings: z.array(z.string()),
  since: z.iso.datetime({ offset: true }),
  until: z.iso.datetime({ offset: true }),
};

const startedFields = {
  task: z.string().optional(),
  start: z.iso.datetime({ offset: true }).optional(),
  seenAt: z.iso.datetime({ offset: true }).optional(),
};

/** The progress of a command that has not ended. */
export const unfinishedCommandSchema = z.discriminatedUnion('outcome', [
  z.object({ ...plannedFields, outcome: z.literal('planned') }),
  z.object({
    ...plannedFields,
    ...startedFields,
    outcome: z.literal('going on'),
    waitSeconds: z.number(),
    recheckSeconds: z.number().optional(),
    subscription: tokenRegistrationSchema.optional(),
  }),
]);

const commandEndSchema = z.object({
  ...z.object(plannedFields).partial().shape,
  ...startedFields,
  outcome: z.literal('ended'),
  result: z.enum(['succeeded', 'failed']),
  error: z.enum(failureTypes),
  message: z.string(),
  exitCode: z.number().optional(),
  log: logTailSchema.optional(),
});

export const commandProgressSchema: z.ZodType<CommandProgress> = z.union([unfinishedCommandSchema, commandEndSchema]);
