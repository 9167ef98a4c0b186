import { z } from 'zod';
import type { SystemDeclaration } from '../../infra/system.ts';
import type { Administrator } from './accounts.ts';

/** Creates the artifact key, whose ARN all other resources need. */
export async function installKey(admin: Administrator): Promise<string> {
  const made = await admin('kms', 'CreateKey', { Description: 'artifacts' });
  return keyMetadata.parse(made).KeyMetadata.Arn;
}

/** Installs key policy and alias, bucket, repository, build project, action type and pipeline in the build account. */
export async function installBuild(admin: Administrator, system: SystemDeclaration): Promise<void> {
  await protectKey(admin, system);
  await installBucket(admin, system);
  await installRepository(admin, system);
  await admin('logs', 'CreateLogGroup', { logGroupName: system.project.logsConfig.cloudWatchLogs.groupName });
  await admin('codebuild', 'CreateProject', system.project);
  await admin('codepipeline', 'CreateCustomActionType', system.actionType);
  await admin('codepipeline', 'CreatePipeline', { pipeline: system.pipeline });
}

async function protectKey(admin: Administrator, { key }: SystemDeclaration): Promise<void> {
  await admin('kms', 'PutKeyPolicy', { KeyId: key.arn, Policy: JSON.stringify(key.policy) });
  await admin('kms', 'CreateAlias', { AliasName: key.alias, TargetKeyId: key.arn });
  await admin('kms', 'EnableKeyRotation', { KeyId: key.arn });
}

async function installBucket(admin: Administrator, { bucket }: SystemDeclaration): Promise<void> {
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

async function installRepository(admin: Administrator, { repository }: SystemDeclaration): Promise<void> {
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
