import * as z from 'zod';
import { isFailureType } from './failure.ts';
import { jsonText } from './parse.ts';
import { cut, longestMessage } from './reason.ts';
import type { ReportedFailure } from './report-failure.ts';

/** An execution that ended otherwise than well. */
export interface DeadExecution {
  arn: string;
  status: 'FAILED' | 'TIMED_OUT' | 'ABORTED';
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
    status: z.enum(['FAILED', 'TIMED_OUT', 'ABORTED']),
    /** Milliseconds since 1970. */
    startDate: z.number(),
    input: z.string().nullish(),
    error: z.string().nullish(),
    cause: z.string().nullish(),
  }),
});

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

/** The job in an execution's input; undefined where a person started it. */
export const jobIn = (input: string): string | undefined =>
  jsonText.pipe(z.object({ job: z.object({ id: z.string() }) })).safeParse(input).data?.job.id;

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
