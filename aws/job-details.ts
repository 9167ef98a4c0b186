import {
  CodePipelineClient,
  GetJobDetailsCommand,
  JobNotFoundException,
  ValidationException,
} from '@aws-sdk/client-codepipeline';
import { checkPipelineAllowed } from '../core/config/allowed-pipelines.ts';
import type { Config } from '../core/config/check.ts';
import { toFailure } from '../core/errors/aws-failure.ts';
import type { JobFromCodePipeline } from '../core/request/confirm-job.ts';
import type { DeployRequest } from '../core/request/fields.ts';
import { parseJobDetails } from '../core/request/job-details.ts';

const codepipeline = new CodePipelineClient();

/** The pipeline, stage and action of a job. */
export interface JobPlace {
  pipeline?: string | undefined;
  stage?: string | undefined;
  action?: string | undefined;
}

/**
 * Returns the pipeline, stage and action that a job belongs to, as CodePipeline reports them. Empty if CodePipeline does not have the job, which is
 * possible for a job of a Lambda invoke action: "Used for custom actions only" (botocore codepipeline, GetJobDetails).
 */
async function readJobPlace(jobId: string): Promise<JobPlace> {
  const { pipelineName: pipeline, stage, action } = (await getJobDetails(jobId))?.data?.pipelineContext ?? {};
  return { pipeline, stage: stage?.name, action: action?.name };
}

async function getJobDetails(jobId: string) {
  try {
    return (await codepipeline.send(new GetJobDetailsCommand({ jobId }))).jobDetails;
  } catch (error) {
    // Only CodePipeline creates job ids, so it does not have a job with a malformed id either.
    if (error instanceof JobNotFoundException || error instanceof ValidationException) return undefined;
    throw toFailure(error, `asking CodePipeline for the job ${jobId}`);
  }
}

/** Returns a job and its action as CodePipeline reports them, without credentials. Undefined if CodePipeline does not have the job. */
export async function readJobFromCodePipeline(jobId: string): Promise<JobFromCodePipeline | undefined> {
  const details = await getJobDetails(jobId);
  return details === undefined ? undefined : parseJobDetails(details);
}

/**
 * Reads the pipeline, stage and action of a job; empty for a manual start. Throws a ConfigurationError if the configuration does not allow the job's
 * pipeline to deploy to the target. The execution's input is not trusted for this, because everybody who can start an execution can write it. A manual start
 * belongs to no pipeline.
 */
export async function readAndCheckJobPlace({ job, target }: DeployRequest, config: Config, stage?: string) {
  if (job === undefined) return {};
  const place = await readJobPlace(job.id);
  const refused = checkPipelineAllowed(config, { pipeline: place.pipeline, name: target.name, stage });
  if (refused !== undefined) throw refused;
  return place;
}
