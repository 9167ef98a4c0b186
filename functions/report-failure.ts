import config from '#config';
import { putJobFailure } from '../aws/codepipeline.ts';
import { concludeExecution, concludeRefusedExecution } from '../aws/conclude-execution.ts';
import { createLambdaHandler } from '../aws/lambda.ts';
import { addPipelineFacts } from '../aws/pipeline-facts.ts';
import { defaultStage } from '../core/config/resource-names.ts';
import type { JobReport } from '../core/model/job-report.ts';
import type { Target } from '../core/model/release.ts';
import { type ExecutionData, parseExecutionData } from '../core/reporting/execution-data.ts';
import { createFailureReport, omitContainerOutput } from '../core/reporting/failure-report.ts';
import { withStageRollback } from '../core/reporting/pipeline-facts.ts';
import { findRequestedTarget } from '../core/request/named-target.ts';

/** Returns the data of the execution. If the execution was refused before it knew what to deploy, also returns the service that its input names. */
function parseFailedExecution(event: unknown): { data: ExecutionData; refused: Target | undefined } {
  const data = parseExecutionData(event);
  const isRefused = data.release === undefined && data.decision === undefined;
  const input = typeof event === 'object' && event !== null && 'input' in event ? event.input : undefined;
  const stage = process.env.STAGE ?? defaultStage;
  return { data, refused: isRefused ? findRequestedTarget(input, config, stage) : undefined };
}

/**
 * State Report Failure: reports to CodePipeline why the release failed, and in what state the service was left. The execution then fails with the same
 * message. The ledger and the event get the message without the container's log.
 */
export const handler = createLambdaHandler(
  parseFailedExecution,
  async ({ data: given, refused }, clockAndLogger): Promise<JobReport> => {
    const data = await addPipelineFacts(given);
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
    if (refused === undefined) await concludeExecution(data, recorded, clockAndLogger);
    else await concludeRefusedExecution(data, refused, { ...clockAndLogger, report: recorded });
    return withStageRollback(data, report);
  },
);
