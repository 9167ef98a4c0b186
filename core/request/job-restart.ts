import * as z from 'zod';
import { jsonTextSchema } from '../parsing/validation.ts';
import { createExecutionNameForJob, type PipelineJob, type UnconfirmedJob } from './job.ts';

/** The number of leading characters that the names of all executions for one job share: more than the 36 of an actionExecutionId. */
const sharedNameLength = 40;

/** The fields of a job from which the names of its executions are made. */
export type JobIdentity = Pick<PipelineJob, 'id' | 'actionExecutionId'>;

/** Takes an execution's ARN; returns whether it has a name that take-job gives to the executions of this job. */
export const isExecutionOfJob = (arn: string, job: JobIdentity): boolean =>
  nameOfExecution(arn).startsWith(createExecutionNameForJob(job).slice(0, sharedNameLength));

const nameOfExecution = (arn: string): string => arn.split(':').at(-1) ?? arn;

const nonceSuffix = (nonce: string): string => `-${nonce.replace(/[^\w.-]/g, '-').slice(0, 39)}`;

/**
 * Whether an execution is the first execution of its job. Only the first one has the job's own name. The names of the others also contain a part of a nonce.
 * `reported` is undefined if CodePipeline does not report the job.
 */
export const isFirstExecutionOfJob = (arn: string, nonce: string, reported: JobIdentity | undefined): boolean =>
  reported === undefined
    ? !nameOfExecution(arn).endsWith(nonceSuffix(nonce))
    : nameOfExecution(arn) === createExecutionNameForJob(reported);

/** The execution that already has the wanted name, as DescribeExecution returns it. */
export interface ExistingExecution {
  status: string;
  /** Present only if the execution succeeded. */
  output?: string | undefined;
}

/** The action for a job that already has an execution. `acknowledge`: the running execution owns the job, and CodePipeline does not know it yet. */
export type JobRestartDecision =
  | { claim: 'known'; acknowledge: boolean; reason: string }
  | { claim: 'again'; name: string; reason: string };

const acknowledgedOutputSchema = jsonTextSchema.pipe(
  z.object({ job: z.object({ nonce: z.string() }), acknowledged: z.object({ status: z.string() }) }),
);

/** Returns the nonce with which a closed execution acknowledged the job. A poll from before that moment offers the same nonce. */
const parseAcknowledgedNonce = (output: string | undefined): string | undefined => {
  const { data } = acknowledgedOutputSchema.safeParse(output);
  return data?.acknowledged.status === 'InProgress' ? data.job.nonce : undefined;
};

/**
 * Decides what to do if CodePipeline offers a job that already has an execution. If the execution runs, it owns the job. A closed execution may not have
 * acknowledged the job, because it died first, or because CodePipeline gave out a new nonce in between. Such a job would wait for 24 h, so Gantry starts
 * another execution, once for each nonce: `name` is derived from the nonce. If the offer was out of date, the acknowledgement fails, and the second
 * execution ends without any change.
 */
export function decideJobRestart(job: UnconfirmedJob, known: ExistingExecution): JobRestartDecision {
  const leaveAlone = (reason: string) => ({ claim: 'known' as const, acknowledge: false, reason });
  if (known.status === 'RUNNING') return { ...leaveAlone('its execution runs'), acknowledge: job.nonce !== undefined };
  if (job.nonce === undefined) return leaveAlone('it was invoked again and its execution is over');
  if (parseAcknowledgedNonce(known.output) === job.nonce)
    return leaveAlone('it was polled just before its execution acknowledged it');
  const name = `${createExecutionNameForJob(job).slice(0, sharedNameLength)}${nonceSuffix(job.nonce)}`;
  return { claim: 'again', name, reason: `its execution is ${known.status} and did not acknowledge it` };
}
