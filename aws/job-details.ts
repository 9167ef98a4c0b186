import {
  CodePipelineClient,
  GetJobDetailsCommand,
  JobNotFoundException,
  ValidationException,
} from '@aws-sdk/client-codepipeline';
import { checkPipeline } from '../core/config/allowed-pipelines.ts';
import type { Config } from '../core/config/check.ts';
import { toFailure } from '../core/errors/aws-failure.ts';
import type { DeployRequest } from '../core/request/fields.ts';

const codepipeline = new CodePipelineClient();

/**
 * Returns the name of the pipeline that a job belongs to, as CodePipeline reports it. Undefined if CodePipeline does not have the job, which is
 * possible for a job of a Lambda invoke action: "Used for custom actions only" (botocore codepipeline, GetJobDetails).
 */
async function readJobPipeline(jobId: string): Promise<string | undefined> {
  try {
    const { jobDetails } = await codepipeline.send(new GetJobDetailsCommand({ jobId }));
    return jobDetails?.data?.pipelineContext?.pipelineName;
  } catch (error) {
    // Only CodePipeline makes up job ids, so a malformed one belongs to no pipeline either.
    if (error instanceof JobNotFoundException || error instanceof ValidationException) return undefined;
    throw toFailure(error, `asking CodePipeline for the pipeline of the job ${jobId}`);
  }
}

/**
 * Throws a ConfigurationError if the configuration does not allow the job's pipeline to deploy to the target. The execution's input is not trusted
 * for this, because everybody who can start an execution can write it. A manual start belongs to no pipeline.
 */
export async function assertPipelineAllowed({ job, target }: DeployRequest, config: Config, stage?: string) {
  if (job === undefined) return;
  const refused = checkPipeline(config, { pipeline: await readJobPipeline(job.id), name: target.name, stage });
  if (refused !== undefined) throw refused;
}
