import * as z from 'zod';
import { jsonTextSchema } from '../parsing/validation.ts';
import { executionName, type PipelineJob } from './job.ts';

/** How many characters the names of all executions for one job have in common: an actionExecutionId whole, which has 36. */
export const sharedNameLength = 40;

/** An execution that has the name we wanted, as DescribeExecution tells of it. */
export interface ExistingExecution {
  status: string;
  /** Only where it succeeded. */
  output?: string | undefined;
}

/** What to do about a job whose execution exists already. */
export type JobRestartDecision = { claim: 'known'; reason: string } | { claim: 'again'; name: string; reason: string };

const acknowledgedOutputSchema = jsonTextSchema.pipe(
  z.object({ job: z.object({ nonce: z.string() }), acknowledged: z.object({ status: z.string() }) }),
);

/** The nonce with which a closed execution acknowledged the job; a poll from before that moment still offers the same one. */
const parseAcknowledgedNonce = (output: string | undefined): string | undefined => {
  const { data } = acknowledgedOutputSchema.safeParse(output);
  return data?.acknowledged.status === 'InProgress' ? data.job.nonce : undefined;
};

/**
 * Decides about a job that was offered although its execution exists. One that runs has it. One that is closed and never acknowledged
 * (it died first, or CodePipeline gave out a new nonce in between) leaves the job waiting for 24 h, so it is started again, once per nonce:
 * `name` follows from the nonce. If that was wrong after all, the acknowledgement fails and the second execution ends without a deed.
 */
export function decideJobRestart(job: PipelineJob, known: ExistingExecution): JobRestartDecision {
  if (known.status === 'RUNNING') return { claim: 'known', reason: 'its execution runs' };
  if (job.nonce === undefined) return { claim: 'known', reason: 'it was invoked again and its execution is over' };
  if (parseAcknowledgedNonce(known.output) === job.nonce)
    return { claim: 'known', reason: 'it was polled just before its execution acknowledged it' };
  const name = `${executionName(job).slice(0, sharedNameLength)}-${job.nonce.replace(/[^\w.-]/g, '-').slice(0, 39)}`;
  return { claim: 'again', name, reason: `its execution is ${known.status} and did not acknowledge it` };
}
