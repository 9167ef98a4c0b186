import config from '#config';
import { putFailure, type Told } from '../aws/codepipeline.ts';
import { concludeDead } from '../aws/conclude.ts';
import { door } from '../aws/lambda.ts';
import { executionInput } from '../aws/sfn.ts';
import { deadExecutionOf, deadExecutionReport, jobIn } from '../core/dead-execution.ts';
import type { Target } from '../core/deployment.ts';
import { parseRequest } from '../core/request.ts';

/**
 * Rule on `Step Functions Execution Status Change`: reports the job of an execution that failed, timed out or was aborted.
 * Most have reported themselves and then failed on purpose; of them CodePipeline says that the job is over, which is no error.
 */
export const handler = door(deadExecutionOf, async (execution, { now, logger }): Promise<{ told: Told }> => {
  const input = execution.input ?? (await executionInput(execution.arn));
  const report = deadExecutionReport(execution);
  const jobId = jobIn(input);
  const told =
    jobId === undefined
      ? 'nobody'
      : await putFailure({ jobId, failureDetails: { ...report, externalExecutionId: execution.arn } });
  logger.info(`The job ${jobId} of a dead execution: ${told}`, { execution: execution.arn, report });
  const target = targetIn(input);
  if (target !== undefined) {
    const { arn, start } = execution;
    await concludeDead({ execution: arn, target, start, reason: report.message }, { now, logger });
  }
  return { told };
});

/** An input that cannot be understood was refused by Read Images: such an execution held no lease and has no entry. */
function targetIn(input: string): Target | undefined {
  try {
    return parseRequest(JSON.parse(input), config, process.env.STAGE).target;
  } catch {
    return undefined;
  }
}
