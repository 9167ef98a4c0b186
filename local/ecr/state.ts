import type { PolicyDocument } from '../../policy-evaluator/caller.ts';
import { AwsError } from '../aws-error.ts';
import type { Call, Cloud } from '../cloud.ts';
import { regionalArn } from '../partition.ts';

export interface EcrImage {
  digest: string;
  manifest: string;
  mediaType: string;
  pushedAt: Date;
}

export interface ImageRepository {
  arn: string;
  registryId: string;
  name: string;
  uri: string;
  createdAt: Date;
  imageTagMutability: 'MUTABLE' | 'IMMUTABLE';
  scanOnPush: boolean;
  policyText?: string;
  policy?: PolicyDocument;
  /** By digest. */
  images: Map<string, EcrImage>;
  /** Digests of the layers that were uploaded. */
  layers: Set<string>;
  /** From tag to digest. */
  tags: Map<string, string>;
}

/** All registries: repositories by ARN. */
export interface Ecr {
  cloud: Cloud;
  repositories: Map<string, ImageRepository>;
  /** The bytes received so far, by upload. */
  uploads: Map<string, Buffer[]>;
}

/** How every call identifies a repository. */
export interface RepositoryKey {
  registryId?: string | undefined;
  repositoryName: string;
}

export const repositoryArn = (
  call: Call,
  { registryId = call.caller.account, repositoryName }: RepositoryKey,
): string => regionalArn('ecr', { account: registryId, region: call.region }, `repository/${repositoryName}`);

/** Authorizes `ecr:<the operation>` and returns the repository that a call names; throws RepositoryNotFoundException. */
export async function getAuthorizedRepository(ecr: Ecr, call: Call, named: RepositoryKey): Promise<ImageRepository> {
  const arn = repositoryArn(call, named);
  const repository = ecr.repositories.get(arn);
  await call.allow(`ecr:${call.operation}`, arn, repository?.policy && { policy: repository.policy });
  if (repository !== undefined) return repository;
  const registryId = named.registryId ?? call.caller.account;
  throw new AwsError(
    'RepositoryNotFoundException',
    `The repository with name '${named.repositoryName}' does not exist in the registry with id '${registryId}'`,
  );
}

/** Returns the end of ECR's messages: `in the repository with name … in the registry with id …`. */
export const repositoryInWords = ({ name, registryId }: ImageRepository): string =>
  `the repository with name '${name}' in the registry with id '${registryId}'`;
