import { putJobSuccess } from '../aws/codepipeline.ts';
import { concludeExecution } from '../aws/conclude-execution.ts';
import { createLambdaHandler } from '../aws/lambda.ts';
import { addPipelineFacts } from '../aws/pipeline-facts.ts';
import type { JobReport } from '../core/model/job-report.ts';
import { parseExecutionData } from '../core/reporting/execution-data.ts';
import { createSuccessReport } from '../core/reporting/success-report.ts';

/**
 * State Report Success: reports the released revision and images to CodePipeline. After a manual start there is no job to report, and the execution's output
 * contains the same facts.
 */
export const handler = createLambdaHandler(parseExecutionData, async (given, clockAndLogger): Promise<JobReport> => {
  const data = await addPipelineFacts(given);
  const { summary, outputVariables } = createSuccessReport(data);
  const report: JobReport = { type: 'Succeeded', message: summary };
  if (data.jobId !== undefined) {
    const delivery = await putJobSuccess({
      jobId: data.jobId,
      executionDetails: { summary, externalExecutionId: data.execution, percentComplete: 100 },
      outputVariables,
    });
    clockAndLogger.logger.info(
      `Reported success to ${delivery === 'delivered' ? 'CodePipeline' : 'the log only: the job is over'}`,
      { report },
    );
  }
  await concludeExecution(data, report, clockAndLogger);
  return report;
});
