import {
  AcknowledgeJobCommand,
  type ActionTypeId,
  ActionTypeNotFoundException,
  CodePipelineClient,
  type FailureType as CodePipelineFailureType,
  GetPipelineExecutionCommand,
  InvalidJobStateException,
  InvalidNonceException,
  JobNotFoundException,
  PollForJobsCommand,
  PutJobFailureResultCommand,
  type PutJobFailureResultCommandInput,
  PutJobSuccessResultCommand,
  type PutJobSuccessResultCommandInput,
} from '@aws-sdk/client-codepipeline';
import { rethrowAsFailure, toFailure } from '../core/errors/aws-failure.ts';
import { selectCommit } from '../core/model/commit.ts';
import type { PipelineFacts } from '../core/model/start-record.ts';
import type { AcknowledgeJobAnswer } from '../core/request/acknowledgement.ts';

/**
 * Six attempts instead of the default three, because only the client that retries an acknowledgement knows that CodePipeline may have accepted an earlier
 * attempt.
 */
const codepipeline = new CodePipelineClient({ maxAttempts: 6 });

/**
 * Returns the jobs that wait for a worker of some versions of our action type, up to `maxBatchSize` of each version. An earlier version that does not exist
 * has no jobs: Gantry was installed in this account after that version.
 */
export async function pollForJobsOf(provider: string, versions: string[], maxBatchSize: number): Promise<unknown[]> {
  const polls = versions.map((version, at) =>
    pollForJobs({ category: 'Deploy', owner: 'Custom', provider, version }, maxBatchSize).catch((error: unknown) => {
      if (at > 0 && error instanceof ActionTypeNotFoundException) return [];
      throw error;
    }),
  );
  return (await Promise.all(polls)).flat();
}

/** Returns up to `maxBatchSize` jobs that wait for a worker, as CodePipeline returns them (with credentials: never log them). */
export async function pollForJobs(actionTypeId: ActionTypeId, maxBatchSize: number): Promise<unknown[]> {
  const { jobs = [] } = await codepipeline
    .send(new PollForJobsCommand({ actionTypeId, maxBatchSize }))
    .catch(rethrowAsFailure('polling for jobs'));
  return jobs;
}

/** Acknowledges a job to CodePipeline. Returns a refusal instead of throwing it. */
export async function acknowledgeJob(jobId: string, nonce: string): Promise<AcknowledgeJobAnswer> {
  try {
    const { status } = await codepipeline.send(new AcknowledgeJobCommand({ jobId, nonce }));
    return { status: status ?? 'unknown' };
  } catch (error) {
    if (error instanceof InvalidNonceException || error instanceof JobNotFoundException)
      return {
        refused: error instanceof JobNotFoundException ? 'job' : 'nonce',
        retried: (error.$metadata.attempts ?? 1) > 1,
      };
    throw toFailure(error, `acknowledging the job ${jobId}`);
  }
}

/** Whether a result arrived. `job over`: the job has ended or no longer exists (abandoned, timed out, reported already), so nothing waits for it. */
export type ResultDelivery = 'delivered' | 'job over';

const deliverReport = async (sending: Promise<unknown>, jobId: string): Promise<ResultDelivery> => {
  try {
    await sending;
    return 'delivered';
  } catch (error) {
    if (error instanceof JobNotFoundException || error instanceof InvalidJobStateException) return 'job over';
    throw toFailure(error, `reporting the job ${jobId}`);
  }
};

/**
 * Reports a job's success. The caller must respect the length limits, because CodePipeline refuses empty and overlong texts
 * (core/reporting/success-report.ts).
 */
export const putJobSuccess = (input: PutJobSuccessResultCommandInput & { jobId: string }): Promise<ResultDelivery> =>
  deliverReport(codepipeline.send(new PutJobSuccessResultCommand(input)), input.jobId);

/** Reports a job's failure with one of CodePipeline's own types. */
export const putJobFailure = (
  input: PutJobFailureResultCommandInput & { jobId: string; failureDetails: { type: CodePipelineFailureType } },
): Promise<ResultDelivery> => deliverReport(codepipeline.send(new PutJobFailureResultCommand(input)), input.jobId);

/** Returns the facts of a pipeline's execution; no facts if CodePipeline does not answer in time (ms). Never throws, because no release needs them. */
export async function readPipelineFacts(
  pipelineName: string,
  pipelineExecutionId: string,
  patience = 5_000,
): Promise<PipelineFacts> {
  const command = new GetPipelineExecutionCommand({ pipelineName, pipelineExecutionId });
  const abortSignal = AbortSignal.timeout(patience);
  const answer = await codepipeline.send(command, { abortSignal }).catch(() => undefined);
  if (answer?.pipelineExecution === undefined) return {};
  const { artifactRevisions = [], executionType } = answer.pipelineExecution;
  return { commit: selectCommit(artifactRevisions), stageRollback: executionType === 'ROLLBACK' };
}
