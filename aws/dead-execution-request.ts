import { jsonTextSchema } from '../core/parsing/validation.ts';
import { type DeadExecution, tryParseJobOfRequest } from '../core/reporting/dead-execution.ts';
import { identifyJobFromCodePipeline } from '../core/request/confirm-job.ts';
import { isConfirmedRequest } from '../core/request/execution-input.ts';
import { isExecutionOfJob } from '../core/request/job-restart.ts';
import type { OwnActionIdentifiers } from '../core/request/own-action.ts';
import { readExecutionRequest } from './execution-request.ts';
import { readJobFromCodePipeline } from './job-details.ts';
import { readExecutionInput } from './sfn.ts';

/** A dead execution and its request. `isConfirmed`: whether its states had read the job from CodePipeline when it died. */
export type DeadExecutionWithRequest = DeadExecution & { request: unknown; isConfirmed: boolean };

/**
 * Returns a dead execution with its request. The request of a job that died before its states confirmed it is read from CodePipeline. If CodePipeline does
 * not confirm that the job belongs to this execution, the request is the input, which contains at least the job's id.
 */
export async function addRequestToDeadExecution(
  dead: DeadExecution,
  own: OwnActionIdentifiers,
): Promise<DeadExecutionWithRequest> {
  const input = dead.input ?? (await readExecutionInput(dead.arn));
  const request = await readExecutionRequest(dead.arn, input);
  const known = tryParseJobOfRequest(request) === undefined ? jsonTextSchema.safeParse(input).data : request;
  const isConfirmed = isConfirmedRequest(known);
  return { ...dead, request: isConfirmed ? known : await confirmRequest(dead.arn, known, own), isConfirmed };
}

/** Everybody who can start an execution can write any job's id into its input, so the execution must have the job's name. */
async function confirmRequest(arn: string, request: unknown, own: OwnActionIdentifiers): Promise<unknown> {
  const claimed = tryParseJobOfRequest(request);
  if (claimed === undefined) return request;
  const reported = await readJobFromCodePipeline(claimed.id).catch(() => undefined);
  const job = reported && identifyJobFromCodePipeline(reported, own);
  return job !== undefined && isExecutionOfJob(arn, job) ? { job: reported?.job } : request;
}
