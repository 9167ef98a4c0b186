import { ECRClient, GetRepositoryPolicyCommand, paginateDescribeRepositories } from '@aws-sdk/client-ecr';
import { DescribeKeyCommand, GetKeyPolicyCommand, KMSClient } from '@aws-sdk/client-kms';
import { GetBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3';

/** A KMS key with the JSON text of its key policy. */
export interface KmsKeyWithPolicy {
  arn: string;
  manager: string;
  state: string;
  policy: string;
}

const undefinedIf =
  (...names: string[]) =>
  (error: unknown): undefined => {
    if (error instanceof Error && names.includes(error.name)) return undefined;
    throw error;
  };

/** Takes a key's alias, ARN or id; returns undefined if there is no such key. */
export async function readKmsKey(region: string, KeyId: string): Promise<KmsKeyWithPolicy | undefined> {
  const kms = new KMSClient({ region });
  const found = await kms.send(new DescribeKeyCommand({ KeyId })).catch(undefinedIf('NotFoundException'));
  const { Arn, KeyManager = 'unknown', KeyState = 'unknown' } = found?.KeyMetadata ?? {};
  if (Arn === undefined) return undefined;
  // GetKeyPolicy does not accept an alias (KMS API reference).
  const { Policy = '' } = await kms.send(new GetKeyPolicyCommand({ KeyId: Arn, PolicyName: 'default' }));
  return { arn: Arn, manager: KeyManager, state: KeyState, policy: Policy };
}

/** Returns the JSON text of a bucket's policy, empty if it has none; undefined if there is no such bucket. */
export async function readBucketPolicy(region: string, Bucket: string): Promise<string | undefined> {
  const answer = await new S3Client({ region })
    .send(new GetBucketPolicyCommand({ Bucket }))
    .catch(emptyIf('NoSuchBucketPolicy'))
    .catch(undefinedIf('NoSuchBucket'));
  return answer === undefined || answer === '' ? answer : answer.Policy;
}

/** Returns the JSON text of a repository's policy, empty if it has none; undefined if there is no such repository. */
export async function readRepositoryPolicy(region: string, repositoryName: string): Promise<string | undefined> {
  const answer = await new ECRClient({ region })
    .send(new GetRepositoryPolicyCommand({ repositoryName }))
    .catch(emptyIf('RepositoryPolicyNotFoundException'))
    .catch(undefinedIf('RepositoryNotFoundException'));
  return answer === undefined || answer === '' ? answer : answer.policyText;
}

/** Returns the names of all repositories of the caller's account in a Region. */
export async function listRepositoryNames(region: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { repositories = [] } of paginateDescribeRepositories({ client: new ECRClient({ region }) }, {}))
    names.push(...repositories.flatMap(({ repositoryName }) => repositoryName ?? []));
  return names;
}

const emptyIf =
  (name: string) =>
  (error: unknown): '' => {
    if (error instanceof Error && error.name === name) return '';
    throw error;
  };
