import type { Installation } from './installation.ts';
import { artifactBucketPolicy, artifactKeyPolicy, repositoryPolicy } from './policies-artifacts.ts';
import { buildLogGroup, buildPolicy, pipelinePolicy } from './policies-build.ts';
import type { PolicyDocument, RoleDeclaration } from './policy.ts';
import { type RoleUse, serviceTrustPolicy } from './service-principals.ts';

/** The artifact key: customer-managed, because no other account can ever be let at the managed key aws/s3. */
export interface KeyDeclaration {
  arn: string;
  alias: string;
  description: string;
  enableKeyRotation: boolean;
  policy: PolicyDocument;
}

/** The artifact bucket: versioned, its objects its owner's, encrypted with the artifact key unless a writer says otherwise. */
export interface BucketDeclaration {
  name: string;
  arn: string;
  versioning: 'Enabled';
  objectOwnership: 'BucketOwnerEnforced';
  encryption: { sseAlgorithm: 'aws:kms'; kmsMasterKeyId: string; bucketKeyEnabled: boolean };
  /** Old artifacts go after so many days; CodePipeline keeps its history for 12 months. */
  expirationDays: number;
  policy: PolicyDocument;
}

export interface RepositoryDeclaration {
  name: string;
  arn: string;
  uri: string;
  imageTagMutability: 'MUTABLE' | 'IMMUTABLE';
  scanOnPush: boolean;
  /** An ECR lifecycle policy. */
  lifecycle: { rules: object[] };
  policy?: PolicyDocument;
}

/** CodeBuild's CreateProject, as far as we say anything. */
export interface ProjectDeclaration {
  name: string;
  description: string;
  serviceRole: string;
  encryptionKey: string;
  source: { type: 'CODEPIPELINE' };
  artifacts: { type: 'CODEPIPELINE' };
  environment: {
    type: 'ARM_CONTAINER';
    image: string;
    computeType: 'BUILD_GENERAL1_SMALL';
    privilegedMode: boolean;
    environmentVariables: { name: string; value: string; type: 'PLAINTEXT' }[];
  };
  logsConfig: { cloudWatchLogs: { status: 'ENABLED'; groupName: string } };
  timeoutInMinutes: number;
}

export const declareKey = (here: Installation): KeyDeclaration => ({
  arn: here.key,
  alias: here.names.keyAlias,
  description: `The artifacts of the pipeline ${here.names.pipeline}, readable across its accounts`,
  enableKeyRotation: true,
  policy: artifactKeyPolicy(here),
});

export const declareBucket = (here: Installation): BucketDeclaration => ({
  name: here.names.bucket,
  arn: here.bucket,
  versioning: 'Enabled',
  objectOwnership: 'BucketOwnerEnforced',
  // No bucket key: with one the encryption context is the bucket's ARN and no longer the object's (AWS-docs UsingKMSEncryption).
  encryption: { sseAlgorithm: 'aws:kms', kmsMasterKeyId: here.key, bucketKeyEnabled: false },
  expirationDays: 365,
  policy: artifactBucketPolicy(here),
});

export function declareRepository(here: Installation): RepositoryDeclaration {
  const shared = repositoryPolicy(here);
  return {
    name: here.names.repository,
    arn: here.repository,
    uri: here.repositoryUri,
    imageTagMutability: here.config.tags === 'immutable' ? 'IMMUTABLE' : 'MUTABLE',
    scanOnPush: true,
    lifecycle: { rules: [untaggedImagesRule] },
    ...(shared && { policy: shared }),
  };
}

/** Only what no tag holds, and only after as long as artifacts are kept: a release that is gone back to needs its image. */
const untaggedImagesRule = {
  rulePriority: 1,
  description: 'Layers of builds that were pushed over or given up',
  selection: { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 365 },
  action: { type: 'expire' },
};

export const declareProject = (here: Installation): ProjectDeclaration => ({
  name: here.names.project,
  description: 'Builds the image, pushes it, and lists it in imagedefinitions.json',
  serviceRole: here.role(here.names.of('build')),
  // Without it CodeBuild writes with aws/s3, which no other account can read.
  encryptionKey: here.key,
  source: { type: 'CODEPIPELINE' },
  artifacts: { type: 'CODEPIPELINE' },
  environment: {
    type: 'ARM_CONTAINER',
    image: 'aws/codebuild/amazonlinux-aarch64-standard:3.0',
    computeType: 'BUILD_GENERAL1_SMALL',
    // docker build needs it (docs.aws.amazon.com/codebuild/latest/userguide/sample-docker.html).
    privilegedMode: true,
    environmentVariables: [{ name: 'REPOSITORY_URI', value: here.repositoryUri, type: 'PLAINTEXT' }],
  },
  logsConfig: { cloudWatchLogs: { status: 'ENABLED', groupName: buildLogGroup(here) } },
  timeoutInMinutes: 30,
});

/** The roles that CodePipeline and CodeBuild act as. */
export function declareBuildRoles(here: Installation): RoleDeclaration[] {
  const role = (
    name: string,
    use: RoleUse,
    rest: Pick<RoleDeclaration, 'description' | 'policies'>,
  ): RoleDeclaration => ({
    account: here.account,
    name,
    arn: here.role(name),
    trust: serviceTrustPolicy(use, here.account),
    ...rest,
  });
  return [
    role(here.names.of('pipeline'), 'CodePipeline', {
      description: 'CodePipeline moves artifacts and starts builds as this role',
      policies: { pipeline: pipelinePolicy(here) },
    }),
    role(here.names.of('build'), 'CodeBuild', {
      description: 'CodeBuild builds and pushes the image as this role',
      policies: { build: buildPolicy(here) },
    }),
  ];
}
