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

/** The place of a job's action. */
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
  try {
    const { jobDetails } = await codepipeline.send(new GetJobDetailsCommand({ jobId }));
    const { pipelineName: pipeline, stage, action } = jobDetails?.data?.pipelineContext ?? {};
    return { pipeline, stage: stage?.name, action: action?.name };
  } catch (error) {
    // Only CodePipeline creates job ids, so a malformed id belongs to no pipeline.
    if (error instanceof JobNotFoundException || error instanceof ValidationException) return {};
    throw toFailure(error, `asking CodePipeline for the pipeline of the job ${jobId}`);
  }
}

/**
 * Returns the place of a job's action; empty for a manual start. Throws a ConfigurationError if the configuration does not allow the job's pipeline
 * to deploy to the target. The execution's input is not trusted
 * for this, because everybody who can start an execution can write it. A manual start belongs to no pipeline.
 */
export async function readAllowedPlace({ job, target }: DeployRequest, config: Config, stage?: string) {
  if (job === undefined) return {};
  const place = await readJobPlace(job.id);
  const refused = checkPipeline(config, { pipeline: place.pipeline, name: target.name, stage });
  if (refused !== undefined) throw refused;
  return place;
}
