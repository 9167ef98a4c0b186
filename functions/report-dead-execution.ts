import { putFailure, type Told } from '../aws/codepipeline.ts';
import { door } from '../aws/lambda.ts';
import { executionInput } from '../aws/sfn.ts';
import { deadExecutionOf, deadExecutionReport, jobIn } from '../core/dead-execution.ts';

/**
 * Rule on `Step Functions Execution Status Change`: reports the job of an execution that failed, timed out or was aborted.
 * Most have reported themselves and then failed on purpose; of them CodePipeline says that the job is over, which is no error.
 */
export const handler = door(deadExecutionOf, async (execution, { logger }): Promise<{ told: Told }> => {
  const jobId = jobIn(execution.input ?? (await executionInput(execution.arn)));
  if (jobId === undefined) return { told: 'nobody' };
  const report = deadExecutionReport(execution);
  const told = await putFailure({ jobId, failureDetails: { ...report, externalExecutionId: execution.arn } });
  logger.info(`The job ${jobId} of a dead execution: ${told}`, { execution: execution.arn, report });
  return { told };
});
