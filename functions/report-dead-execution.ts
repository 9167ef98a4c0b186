import config from '#config';
import { putFailure, type Told } from '../aws/codepipeline.ts';
import { concludeDead } from '../aws/conclude.ts';
import { door } from '../aws/lambda.ts';
import { executionInput } from '../aws/sfn.ts';
import { deadExecutionOf, deadExecutionReport, jobIn } from '../core/dead-execution.ts';
import { defaultStage } from '../core/names.ts';
import { jsonText } from '../core/parse.ts';
import { startedFor } from '../core/started-for.ts';

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
  logger.info(`A dead execution, with ${jobId === undefined ? 'no job' : `the job ${jobId}`}: told ${told}`, {
    execution: execution.arn,
    report,
  });
  const { arn, start } = execution;
  for (const target of startedFor(jsonText.safeParse(input).data, config, process.env.STAGE ?? defaultStage))
    await concludeDead({ execution: arn, target, start, reason: report.message }, { now, logger });
  return { told };
});
