import { putJobFailure } from '../aws/codepipeline.ts';
import { concludeExecution } from '../aws/conclude-execution.ts';
import { lambdaHandler } from '../aws/lambda.ts';
import type { JobReport } from '../core/model/state-data.ts';
import { parseExecutionData } from '../core/reporting/execution-data.ts';
import { createFailureReport } from '../core/reporting/failure-report.ts';

/** State Report Failure: reports to CodePipeline why the release failed, and in what state the service was left. The execution then fails with the same message. */
export const handler = lambdaHandler(parseExecutionData, async (story, { now, logger }): Promise<JobReport> => {
  const report = createFailureReport(story);
  if (story.jobId !== undefined) {
    const told = await putJobFailure({
      jobId: story.jobId,
      failureDetails: { ...report, externalExecutionId: story.execution },
    });
    logger.info(`Reported failure to ${told === 'told' ? 'CodePipeline' : 'nobody: the job is over'}`, { report });
  }
  await concludeExecution(story, report, { now, logger });
  return report;
});
