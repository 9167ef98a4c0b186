import { z } from 'zod';
import type { CreatedPipelineDeclaration, SystemDeclaration } from '../../infra/system.ts';
import type { Administrator } from './accounts.ts';

/** Creates the artifact key, whose ARN all other resources need. */
export async function installKey(admin: Administrator): Promise<string> {
  const made = await admin('kms', 'CreateKey', { Description: 'artifacts' });
  return keyMetadata.parse(made).KeyMetadata.Arn;
}

/** Installs the action type, the key's policy and alias, and the created pipelines in the build account. */
export async function installBuild(admin: Administrator, { key, actionType, pipelines }: SystemDeclaration) {
  if (key !== undefined) await protectKey(admin, key);
  await admin('codepipeline', 'CreateCustomActionType', actionType);
  for (const one of pipelines) await installPipeline(admin, one);
}

/** Installs a pipeline with its bucket, repository and build project. */
export async function installPipeline(admin: Administrator, created: CreatedPipelineDeclaration): Promise<void> {
  await installBucket(admin, created);
  await installRepository(admin, created);
  await admin('logs', 'CreateLogGroup', { logGroupName: created.project.logsConfig.cloudWatchLogs.groupName });
  await admin('codebuild', 'CreateProject', created.project);
  await admin('codepipeline', 'CreatePipeline', { pipeline: created.pipeline });
}

/** Gives the artifact key its policy, its alias and its rotation. */
export async function protectKey(admin: Administrator, key: NonNullable<SystemDeclaration['key']>): Promise<void> {
  await admin('kms', 'PutKeyPolicy', { KeyId: key.arn, Policy: JSON.stringify(key.policy) });
  await admin('kms', 'CreateAlias', { AliasName: key.alias, TargetKeyId: key.arn });
  await admin('kms', 'EnableKeyRotation', { KeyId: key.arn });
}

async function installBucket(admin: Administrator, { bucket }: CreatedPipelineDeclaration): Promise<void> {
  const Bucket = bucket.name;
  const { sseAlgorithm: SSEAlgorithm, kmsMasterKeyId: KMSMasterKeyID, bucketKeyEnabled } = bucket.encryption;
  const rule = {
    ApplyServerSideEncryptionByDefault: { SSEAlgorithm, KMSMasterKeyID },
    BucketKeyEnabled: bucketKeyEnabled,
  };
  await admin('s3', 'CreateBucket', { Bucket });
  await admin('s3', 'PutBucketVersioning', { Bucket, VersioningConfiguration: { Status: bucket.versioning } });
  await admin('s3', 'PutBucketEncryption', { Bucket, ServerSideEncryptionConfiguration: { Rules: [rule] } });
  await admin('s3', 'PutBucketPolicy', { Bucket, Policy: JSON.stringify(bucket.policy) });
}

async function installRepository(admin: Administrator, { repository }: CreatedPipelineDeclaration): Promise<void> {
  const { name: repositoryName, imageTagMutability, scanOnPush } = repository;
  await admin('ecr', 'CreateRepository', {
    repositoryName,
    imageTagMutability,
    imageScanningConfiguration: { scanOnPush },
  });
  if (repository.policy !== undefined)
    await admin('ecr', 'SetRepositoryPolicy', { repositoryName, policyText: JSON.stringify(repository.policy) });
}

const keyMetadata = z.object({ KeyMetadata: z.object({ Arn: z.string() }) });
