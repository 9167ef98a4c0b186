import * as z from 'zod';
import { isFailureType } from '../errors/failure.ts';
import { jsonText } from '../parsing/validation.ts';
import { executionName, type Job } from '../request/job.ts';
import { sharedLength } from '../request/job-restart.ts';
import { cut, longestMessage } from '../rollout/reason.ts';
import type { ReportedFailure } from './failure.ts';

/** The ways to end otherwise than well (botocore stepfunctions `ExecutionStatus`). */
export const deadStatuses = ['FAILED', 'TIMED_OUT', 'ABORTED'] as const;

export const deadStatus = z.enum(deadStatuses);

/** An execution that ended otherwise than well. */
export interface DeadExecution {
  arn: string;
  status: z.infer<typeof deadStatus>;
  start: Date;
  /** Its input as JSON; EventBridge leaves it out above 248 KB (Step Functions developer guide, cw-events). */
  input?: string | undefined;
  error?: string | undefined;
  cause?: string | undefined;
}

const event = z.object({
  'detail-type': z.literal('Step Functions Execution Status Change'),
  detail: z.object({
    executionArn: z.string(),
    status: deadStatus,
    /** Milliseconds since 1970. */
    startDate: z.number(),
    input: z.string().nullish(),
    error: z.string().nullish(),
    cause: z.string().nullish(),
  }),
});

const scheduled = z.object({ 'detail-type': z.literal('Scheduled Event') });

/** What woke `report-dead-execution`: the schedule, or the news of one execution (its death). Throws zod's complaint for an event of any other kind. */
export const newsOf = (given: unknown): DeadExecution | 'sweep' =>
  scheduled.safeParse(given).success ? 'sweep' : deadExecutionOf(given);

/** The execution that an event is about. Throws zod's complaint for an event of any other kind. */
export function deadExecutionOf(given: unknown): DeadExecution {
  const { executionArn: arn, status, startDate, input, error, cause } = event.parse(given).detail;
  return {
    arn,
    status,
    start: new Date(startDate),
    input: input ?? undefined,
    error: error ?? undefined,
    cause: cause ?? undefined,
  };
}

const updated = z.object({
  rollout: z.object({ taskDefinition: z.string() }),
  decision: z.object({ do: z.string() }).optional(),
});

/** The revision that an execution had its service updated to, by the JSON of all that its states had handed on. One that stopped a deployment asked for none (core/reporting/ledger-entry.ts). */
export function reachedIn(data: string | undefined): string | undefined {
  const found = jsonText.pipe(updated).safeParse(data).data;
  return found?.decision?.do === 'stop' ? undefined : found?.rollout.taskDefinition;
}

type JobId = Pick<Job, 'id' | 'actionExecutionId'>;

/** The job in an execution's input; undefined where a person started it. */
export const jobIn = (input: string): JobId | undefined =>
  jsonText
    .pipe(z.object({ job: z.object({ id: z.string(), actionExecutionId: z.string().optional() }) }))
    .safeParse(input).data?.job;

const nameOf = (arn: string): string => arn.split(':').at(-1) ?? arn;

/**
 * Whether another execution has the job now. One that died before it acknowledged leaves its job on offer, and take-job starts it again under a name
 * that begins in the same way (core/request/job-restart.ts): the job is no longer the dead one's to report. `running`: ARNs.
 */
export const isTakenOver = (job: JobId, dead: string, running: string[]): boolean =>
  running.some((arn) => arn !== dead && nameOf(arn).startsWith(executionName(job).slice(0, sharedLength)));

const ended = {
  FAILED: 'failed before it could report',
  TIMED_OUT: 'took longer than it may and was ended by Step Functions',
  ABORTED: 'was aborted by somebody',
};

/** What the function of the last state threw, without its stack trace. */
const said = ({ error, cause }: DeadExecution): string => {
  const message = jsonText.pipe(z.object({ errorMessage: z.string() })).safeParse(cause).data?.errorMessage ?? cause;
  return [error, message].filter((text) => text !== undefined && text !== '').join(': ');
};

/** The report that a dead execution could not make itself. */
export function deadExecutionReport(execution: DeadExecution): ReportedFailure {
  const { arn, status, error } = execution;
  const why = said(execution);
  const message =
    `Gantry's execution ${arn} ${ended[status]}${why === '' ? '' : ` (${why})`}. ` +
    'How far the release got is in its history; the service may have been updated, so look at its deployments before you retry.';
  return { type: isFailureType(error) ? error : 'JobFailed', message: cut(message, longestMessage) };
}
