import { putJobFailure } from '../aws/codepipeline.ts';
import { createLambdaHandler } from '../aws/lambda.ts';
import type { JobReport } from '../core/model/job-report.ts';
import { parseExecutionData } from '../core/reporting/execution-data.ts';
import { createPauseReport } from '../core/reporting/pause-report.ts';

/**
 * State Report Pause: reports to CodePipeline that the deployment still waits for a person, before CodePipeline's own limit. The release has not ended: its
 * ledger entry gets no end yet, and the execution continues to watch.
 */
export const handler = createLambdaHandler(parseExecutionData, async (data, { logger }): Promise<JobReport> => {
  const report = createPauseReport(data);
  if (data.jobId === undefined) return report;
  const delivery = await putJobFailure({
    jobId: data.jobId,
    failureDetails: { ...report, externalExecutionId: data.execution },
  });
  logger.info(`Reported the pause to ${delivery === 'delivered' ? 'CodePipeline' : 'the log only: the job is over'}`, {
    report,
  });
  return report;
});
