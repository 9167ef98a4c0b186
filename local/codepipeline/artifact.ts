import { z } from 'zod';
import type { PolicyDocument } from '../../policy-evaluator/caller.ts';
import { writeArtifact } from '../assumptions/repeat-write.ts';
import type { Cloud } from '../cloud.ts';
import { bucketArn } from '../partition.ts';
import type { Declaration } from './declaration.ts';
import { type ActionCaller, ActionFailure, type PipelineArtifact } from './execution.ts';
import type { CodePipeline } from './state.ts';

const keyCharacters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/**
 * Creates an artifact; in its key the pipeline name is cut to 20 characters and the artifact name to 10
 * (docs.aws.amazon.com/codepipeline/latest/userguide/troubleshooting.html).
 */
export function createArtifact(codePipeline: CodePipeline, declaration: Declaration, name: string): PipelineArtifact {
  const random = Array.from(
    { length: 7 },
    () => keyCharacters[Math.floor(codePipeline.cloud.random() * keyCharacters.length)],
  ).join('');
  const key = `${declaration.name.slice(0, 20)}/${name.slice(0, 10)}/${random}`;
  return { name, bucket: declaration.artifactStore.location, key };
}

/** CodePipeline's own message when its role is not allowed to use a bucket, followed by S3's error. */
export const bucketFailure = (bucket: string, error: unknown): ActionFailure =>
  new ActionFailure(
    'PermissionError',
    `The service role or action role doesn't have the permissions required to access the Amazon S3 bucket named ${bucket}. ` +
      `Update the IAM role permissions, and then try again. Error: ${error instanceof Error ? error.message : error}`,
  );

/** Stores a zip in the artifact store under the declared key (default: the account's aws/s3 key). */
export async function storeArtifact(
  cloud: Cloud,
  acting: ActionCaller,
  put: { artifact: PipelineArtifact; zip: Buffer; keyId: string | undefined },
): Promise<void> {
  const { bucket, key } = put.artifact;
  const encryption = put.keyId === undefined ? {} : { SSEKMSKeyId: put.keyId };
  const input = { Bucket: bucket, Key: key, Body: put.zip, ServerSideEncryption: 'aws:kms', ...encryption };
  await writeArtifact(cloud, () => cloud.invoke('s3', 'PutObject', input, acting)).catch((error: unknown) => {
    throw bucketFailure(bucket, error);
  });
}

const getObjectSchema = z.looseObject({ Body: z.instanceof(Uint8Array), VersionId: z.string().optional() });

/** Returns an object's bytes and version. */
export async function fetchObject(
  cloud: Cloud,
  acting: ActionCaller,
  at: { bucket: string; key: string },
): Promise<{ body: Buffer; version: string | undefined }> {
  const answer = await cloud.invoke('s3', 'GetObject', { Bucket: at.bucket, Key: at.key }, acting);
  const { Body, VersionId } = getObjectSchema.parse(answer);
  return { body: Buffer.from(Body), version: VersionId };
}

/**
 * The session policy of a job's temporary credentials: access to the job's artifacts and to this key (an ARN, `*`, or none). AWS says only that the credentials
 * "can be used to access input and output artifacts" (AWSSessionCredentials).
 */
export const artifactPolicy = (
  region: string,
  artifacts: PipelineArtifact[],
  key: string | undefined,
): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: ['s3:GetObject', 's3:GetObjectVersion', 's3:PutObject'],
      Resource: artifacts.map(({ bucket, key: path }) => bucketArn(region, `${bucket}/${path}`)),
    },
    ...(key === undefined ? [] : [{ Effect: 'Allow', Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Resource: key }]),
  ],
});
