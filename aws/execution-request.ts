import { jsonTextSchema } from '../core/parsing/validation.ts';
import { isJobInput } from '../core/request/execution-input.ts';
import { readLastStateData } from './sfn-executions.ts';

/**
 * Returns what an execution was started for: its parsed input or, for a job, the last data of its states. The states' data contain the job as CodePipeline
 * reports it, while the input only names the job. Undefined if the input is not JSON. `input`: JSON text.
 */
export async function readExecutionRequest(arn: string, input: string | undefined): Promise<unknown> {
  const { data } = jsonTextSchema.safeParse(input);
  if (!isJobInput(data)) return data;
  return jsonTextSchema.safeParse(await readLastStateData(arn)).data;
}
