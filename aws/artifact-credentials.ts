import { CodePipelineClient, GetJobDetailsCommand } from '@aws-sdk/client-codepipeline';
import type { S3Client } from '@aws-sdk/client-s3';
import { toFailure } from '../core/errors/aws-failure.ts';
import { Failure } from '../core/errors/failure.ts';
import { createS3Client } from './s3.ts';

const codepipeline = new CodePipelineClient();

/**
 * Returns an S3 client with a job's own artifactCredentials, or the reason why there is none. CodePipeline issues new credentials for each call
 * (botocore codepipeline, GetJobDetails), so Gantry does not store them: they are never part of an execution's data or a log.
 * Throws SystemUnavailable, so that the state is retried.
 */
export async function createS3ClientForJob(jobId: string): Promise<S3Client | Failure> {
  try {
    const { jobDetails } = await codepipeline.send(new GetJobDetailsCommand({ jobId }));
    const { accessKeyId, secretAccessKey, sessionToken } = jobDetails?.data?.artifactCredentials ?? {};
    if (accessKeyId === undefined || secretAccessKey === undefined)
      return new Failure('SystemUnavailable', 'CodePipeline gave no artifactCredentials');
    return createS3Client({ accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) });
  } catch (error) {
    const failure = toFailure(error, `asking CodePipeline for the credentials of the job ${jobId}`);
    if (failure.name === 'SystemUnavailable') throw failure;
    return failure instanceof Failure ? failure : new Failure('PermissionError', failure.message, { cause: error });
  }
}

/**
 * Returns the client for reading an artifact again; undefined if the job's credentials are not available. In that case the caller reads with Gantry's own
 * role.
 */
export async function createS3ClientForJobIfAllowed(jobId: string | undefined): Promise<S3Client | undefined> {
  if (jobId === undefined) return undefined;
  const client = await createS3ClientForJob(jobId);
  return client instanceof Failure ? undefined : client;
}
