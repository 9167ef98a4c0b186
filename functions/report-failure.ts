import { putFailure } from '../aws/codepipeline.ts';
import { conclude } from '../aws/conclude.ts';
import { door } from '../aws/lambda.ts';
import type { Report } from '../core/model/states.ts';
import { storyOf } from '../core/reporting/execution-data.ts';
import { failureReport } from '../core/reporting/failure.ts';

/** State Report Failure: tells CodePipeline why, and where the service was left. The execution then fails with the same words. */
export const handler = door(storyOf, async (story, { now, logger }): Promise<Report> => {
  const report = failureReport(story);
  if (story.jobId !== undefined) {
    const told = await putFailure({
      jobId: story.jobId,
      failureDetails: { ...report, externalExecutionId: story.execution },
    });
    logger.info(`Reported failure to ${told === 'told' ? 'CodePipeline' : 'nobody: the job is over'}`, { report });
  }
  await conclude(story, report, { now, logger });
  return report;
});
