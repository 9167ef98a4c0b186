import { putJobFailure } from '../aws/codepipeline.ts';
import { concludeExecution } from '../aws/conclude-execution.ts';
import { createLambdaHandler } from '../aws/lambda.ts';
import type { JobReport } from '../core/model/job-report.ts';
import { parseExecutionData } from '../core/reporting/execution-data.ts';
import { createFailureReport, omitContainerOutput } from '../core/reporting/failure-report.ts';

/** State Report Failure: reports to CodePipeline why the release failed, and in what state the service was left. The execution then fails with the same message. The ledger and the event get it without the container's log. */
export const handler = createLambdaHandler(parseExecutionData, async (data, clockAndLogger): Promise<JobReport> => {
  const report = createFailureReport(data);
  const recorded = createFailureReport(omitContainerOutput(data));
  if (data.jobId !== undefined) {
    const delivery = await putJobFailure({
      jobId: data.jobId,
      failureDetails: { ...report, externalExecutionId: data.execution },
    });
    clockAndLogger.logger.info(
      `Reported failure to ${delivery === 'delivered' ? 'CodePipeline' : 'the log only: the job is over'}`,
      { report: recorded },
    );
  }
  await concludeExecution(data, recorded, clockAndLogger);
  return report;
});
