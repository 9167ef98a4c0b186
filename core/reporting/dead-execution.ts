import * as z from 'zod';
import { isRollbackExecution } from '../config/resource-names.ts';
import { isFailureType } from '../errors/failure.ts';
import type { PipelineFacts } from '../model/start-record.ts';
import { shortenMiddle } from '../parsing/display-text.ts';
import { escapeLines } from '../parsing/escape-texts.ts';
import { jsonTextSchema } from '../parsing/validation.ts';
import { isExecutionOfJob, type JobIdentity } from '../request/job-restart.ts';
import { maxFailureMessageLength } from '../rollout/failure-reason.ts';
import type { FailureReport } from './failure-report.ts';
import { labelStageRollback } from './pipeline-facts.ts';

/** The statuses of executions that ended without success (botocore stepfunctions `ExecutionStatus`). */
export const deadStatuses = ['FAILED', 'TIMED_OUT', 'ABORTED'] as const;

export const deadStatusSchema = z.enum(deadStatuses);

/** An execution that ended without success. */
export interface DeadExecution {
  arn: string;
  status: z.infer<typeof deadStatusSchema>;
  start: Date;
  /** The execution's input as JSON. EventBridge omits an input of more than 248 KB (Step Functions developer guide, cw-events). */
  input?: string | undefined;
  error?: string | undefined;
  cause?: string | undefined;
}

const eventSchema = z.object({
  'detail-type': z.literal('Step Functions Execution Status Change'),
  detail: z.object({
    executionArn: z.string(),
    status: deadStatusSchema,
    /** Milliseconds since 1970. */
    startDate: z.number(),
    input: z.string().nullish(),
    error: z.string().nullish(),
    cause: z.string().nullish(),
  }),
});

const scheduledEventSchema = z.object({ 'detail-type': z.literal('Scheduled Event') });

/**
 * Parses the event that invoked `report-dead-execution`: the schedule, or the status event of one execution. Throws a ZodError for an event of any
 * other kind.
 */
export const parseSweepOrDeadExecution = (given: unknown): DeadExecution | 'sweep' =>
  scheduledEventSchema.safeParse(given).success ? 'sweep' : parseDeadExecution(given);

/** Returns the execution that an event is about. Throws a ZodError for an event of any other kind. */
export function parseDeadExecution(given: unknown): DeadExecution {
  const { executionArn: arn, status, startDate, input, error, cause } = eventSchema.parse(given).detail;
  return {
    arn,
    status,
    start: new Date(startDate),
    input: input ?? undefined,
    error: error ?? undefined,
    cause: cause ?? undefined,
  };
}

const rolloutDataSchema = z.object({
  rollout: z.object({ taskDefinition: z.string() }),
  decision: z.object({ do: z.string() }).optional(),
});

/**
 * Returns the revision that an execution deployed, from the JSON of its states' data. An execution that stopped a deployment deployed no revision
 * (core/reporting/ledger-entry.ts).
 */
export function tryParseDeployedRevision(data: string | undefined): string | undefined {
  const found = jsonTextSchema.pipe(rolloutDataSchema).safeParse(data).data;
  return found?.decision?.do === 'stop' ? undefined : found?.rollout.taskDefinition;
}

/** Returns the job of an execution, from its request (aws/execution-request.ts); undefined if a person started the execution. */
export const tryParseJobOfRequest = (request: unknown): JobIdentity | undefined =>
  z.object({ job: z.object({ id: z.string(), actionExecutionId: z.string().optional() }) }).safeParse(request).data
    ?.job;

/**
 * Whether another execution has the job now. If an execution died before it acknowledged its job, CodePipeline still offers the job, and take-job starts
 * another execution whose name has the same beginning (core/request/job-restart.ts). In that case nobody may report the job for the dead execution.
 * `running`: ARNs.
 */
export const isJobTakenOver = (job: JobIdentity, dead: string, running: string[]): boolean =>
  running.some((arn) => arn !== dead && isExecutionOfJob(arn, job));

const statusPhrases = {
  FAILED: 'failed before it could report',
  TIMED_OUT: 'exceeded its time-out and was ended by Step Functions',
  ABORTED: 'was aborted by somebody',
};

const parseFunctionError = (cause: string | undefined): string | undefined =>
  jsonTextSchema.pipe(z.object({ errorMessage: z.string() })).safeParse(cause).data?.errorMessage;

/** Returns the error that the last state's function threw, without its stack trace. */
const formatErrorAndCause = ({ error, cause }: DeadExecution): string => {
  const message = parseFunctionError(cause) ?? cause;
  return [error, message].filter((text) => text !== undefined && text !== '').join(': ');
};

/**
 * Returns the execution without its cause, if the execution's own report wrote the cause. Such a cause can contain the end of a container's log,
 * which must not reach the ledger or an event.
 */
export const omitReportedCause = (execution: DeadExecution): DeadExecution =>
  parseFunctionError(execution.cause) === undefined && isFailureType(execution.error)
    ? { ...execution, cause: undefined }
    : execution;

/** Facts about a dead execution besides its end. `tasks`: sentences about its tasks that may still run. */
interface KnownOfDeadExecution {
  tasks?: string[];
  pipelineFacts?: PipelineFacts | undefined;
}

/** Creates the report in place of a dead execution. */
export function createDeadExecutionReport(
  execution: DeadExecution,
  { tasks = [], pipelineFacts }: KnownOfDeadExecution = {},
): FailureReport {
  const { arn, status, error } = execution;
  const why = formatErrorAndCause(execution);
  const what = isRollbackExecution(arn) || pipelineFacts?.stageRollback === true ? 'rollback' : 'release';
  const message =
    `Gantry's execution ${arn} ${statusPhrases[status]}${why === '' ? '' : ` (${why})`}. ` +
    `How far the ${what} got is in its history; the service may have been updated, so check its deployments before you retry.` +
    tasks.map((sentence) => ` ${sentence}`).join('');
  return {
    type: isFailureType(error) ? error : 'JobFailed',
    message: shortenMiddle(escapeLines(labelStageRollback({ pipelineFacts }, message)), maxFailureMessageLength),
  };
}
