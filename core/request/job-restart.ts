import * as z from 'zod';
import { jsonTextSchema } from '../parsing/validation.ts';
import { executionName, type PipelineJob } from './job.ts';

/** The number of leading characters that the names of all executions for one job share: a whole actionExecutionId, which has 36. */
export const sharedNameLength = 40;

/** An execution that already has the wanted name, as DescribeExecution reports it. */
export interface ExistingExecution {
  status: string;
  /** Present only if it succeeded. */
  output?: string | undefined;
}

/** What to do about a job that already has an execution. */
export type JobRestartDecision = { claim: 'known'; reason: string } | { claim: 'again'; name: string; reason: string };

const acknowledgedOutputSchema = jsonTextSchema.pipe(
  z.object({ job: z.object({ nonce: z.string() }), acknowledged: z.object({ status: z.string() }) }),
);

/** The nonce with which a closed execution acknowledged the job; a poll from before the acknowledgement still offers the same nonce. */
const parseAcknowledgedNonce = (output: string | undefined): string | undefined => {
  const { data } = acknowledgedOutputSchema.safeParse(output);
  return data?.acknowledged.status === 'InProgress' ? data.job.nonce : undefined;
};

/**
 * Decides about a job that was offered although it has an execution. If that execution runs, it has the job. If it closed without acknowledging the job
 * (it died first, or CodePipeline gave out a new nonce meanwhile), the job would wait for 24 h, so Gantry starts it again, once per nonce:
 * `name` is derived from the nonce. If that was wrong after all, the acknowledgement fails and the second execution ends without changing anything.
 */
export function decideJobRestart(job: PipelineJob, known: ExistingExecution): JobRestartDecision {
  if (known.status === 'RUNNING') return { claim: 'known', reason: 'its execution runs' };
  if (job.nonce === undefined) return { claim: 'known', reason: 'it was invoked again and its execution is over' };
  if (parseAcknowledgedNonce(known.output) === job.nonce)
    return { claim: 'known', reason: 'it was polled just before its execution acknowledged it' };
  const name = `${executionName(job).slice(0, sharedNameLength)}-${job.nonce.replace(/[^\w.-]/g, '-').slice(0, 39)}`;
  return { claim: 'again', name, reason: `its execution is ${known.status} and did not acknowledge it` };
}
