import * as z from 'zod';
import { formatCount } from '../parsing/count.ts';

/** Where a scheduled task is defined: a schedule of EventBridge Scheduler, or one target of a rule of EventBridge. */
export const scheduleSourceSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('schedule'), group: z.string(), name: z.string() }),
  z.object({ type: z.literal('rule'), name: z.string(), target: z.string() }),
]);
export type ScheduleSource = z.infer<typeof scheduleSourceSchema>;

/** A scheduled task of a release, as Check Target found it. `taskDefinition`: a revision's ARN. */
export interface ScheduledTask {
  /** The entry of `schedules` in the configuration. */
  schedule: string;
  source: ScheduleSource;
  taskDefinition: string;
}

export const scheduledTaskSchema: z.ZodType<ScheduledTask> = z.object({
  schedule: z.string(),
  source: scheduleSourceSchema,
  taskDefinition: z.string(),
});

/** A scheduled task that a release or a rollback moved from one revision to another (ARNs). */
export interface ScheduleMove {
  schedule: string;
  source: ScheduleSource;
  from: string;
  to: string;
}

export const scheduleMoveSchema: z.ZodType<ScheduleMove> = z.object({
  schedule: z.string(),
  source: scheduleSourceSchema,
  from: z.string(),
  to: z.string(),
});

/** `$.schedules`, by Move Schedules. `warnings`: why a scheduled task was not moved, for people. */
export interface ScheduleMoves {
  moved: ScheduleMove[];
  warnings: string[];
}

/** The message of an error that Lambda describes as JSON. */
const messageOf = (cause: string): string => {
  try {
    return z.object({ errorMessage: z.string() }).parse(JSON.parse(cause)).errorMessage;
  } catch {
    return cause;
  }
};

/** The data of Move Schedules, or the error with which the state failed. */
export const scheduleMovesSchema: z.ZodType<ScheduleMoves> = z.union([
  z.object({ moved: z.array(scheduleMoveSchema), warnings: z.array(z.string()) }),
  z.object({ Error: z.string(), Cause: z.string() }).transform(({ Error: name, Cause }) => ({
    moved: [],
    warnings: [`Not moved: the schedules of the service do not run the new revision. ${name}: ${messageOf(Cause)}`],
  })),
]);

/** Returns the scheduled task's name for people: `the schedule default/nightly` or `the rule nightly (target report)`. */
export const formatScheduleSource = (source: ScheduleSource): string =>
  source.type === 'schedule'
    ? `the schedule ${source.group}/${source.name}`
    : `the rule ${source.name} (target ${source.target})`;

/** Returns a sentence for people about a scheduled task that was moved. */
const formatScheduleMove = ({ source, from, to }: ScheduleMove): string =>
  `${capitalize(formatScheduleSource(source))} runs ${revisionName(to)} from now on, instead of ${revisionName(from)}.`;

/** The maximum number of moves that are listed one by one, because the summary of a job is short (botocore codepipeline ExecutionSummary). */
const maxListedMoves = 5;

/** Returns sentences for people about the scheduled tasks that were moved. */
export function formatScheduleMoves(moved: ScheduleMove[]): string[] {
  if (moved.length <= maxListedMoves) return moved.map(formatScheduleMove);
  const revisions = [...new Set(moved.map(({ to }) => revisionName(to)))];
  return [
    `${formatCount(moved.length, 'scheduled task')} run ${revisions.join(', ')} from now on; the ledger entry lists them.`,
  ];
}

const capitalize = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const revisionName = (arn: string): string => arn.split('/').at(-1) ?? arn;
