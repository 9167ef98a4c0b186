import { putSuccess } from '../aws/codepipeline.ts';
import { conclude } from '../aws/conclude.ts';
import { door } from '../aws/lambda.ts';
import type { Report } from '../core/model/states.ts';
import { storyOf } from '../core/reporting/execution-data.ts';
import { successOf } from '../core/reporting/success.ts';

/** State Report Success: tells CodePipeline what was released. Started by hand, nobody waits for it, and the execution's output says the same. */
export const handler = door(storyOf, async (story, { now, logger }): Promise<Report> => {
  const { summary, outputVariables } = successOf(story);
  const report: Report = { type: 'Succeeded', message: summary };
  if (story.jobId !== undefined) {
    const told = await putSuccess({
      jobId: story.jobId,
      executionDetails: { summary, externalExecutionId: story.execution, percentComplete: 100 },
      outputVariables,
    });
    logger.info(`Reported success to ${told === 'told' ? 'CodePipeline' : 'nobody: the job is over'}`, { report });
  }
  await conclude(story, report, { now, logger });
  return report;
});
