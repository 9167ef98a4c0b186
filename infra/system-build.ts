import type { CreatedPipeline } from './created-pipeline.ts';
import type { Installation } from './installation.ts';
import { artifactBucketPolicy, artifactKeyPolicy, repositoryPolicy } from './policies-artifacts.ts';
import { buildLogGroup, buildPolicy, pipelinePolicy } from './policies-build.ts';
import type { PolicyDocument, RoleDeclaration } from './policy.ts';
import { type RoleUse, serviceTrustPolicy } from './service-principals.ts';

/** The artifact key. It is customer-managed, because other accounts can never use the managed key aws/s3. */
export interface KeyDeclaration {
  arn: string;
  alias: string;
  description: string;
  enableKeyRotation: boolean;
  policy: PolicyDocument;
}

/** The artifact bucket of one pipeline: versioned, owner-enforced, and encrypted with the artifact key unless a writer names another key. */
export interface BucketDeclaration {
  name: string;
  arn: string;
  versioning: 'Enabled';
  objectOwnership: 'BucketOwnerEnforced';
  encryption: { sseAlgorithm: 'aws:kms'; kmsMasterKeyId: string; bucketKeyEnabled: boolean };
  /** S3 deletes artifacts after this number of days. CodePipeline keeps its history for 12 months. */
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

/** The parameters of CodeBuild's CreateProject that Gantry sets. */
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

export const declareKey = (installation: Installation): KeyDeclaration => ({
  arn: installation.key,
  alias: installation.names.keyAlias,
  description: `The artifacts of the pipelines of ${installation.names.prefix}, readable across their accounts`,
  enableKeyRotation: true,
  policy: artifactKeyPolicy(installation),
});

export const declareBucket = (installation: Installation, pipeline: CreatedPipeline): BucketDeclaration => ({
  name: pipeline.names.bucket,
  arn: pipeline.bucket,
  versioning: 'Enabled',
  objectOwnership: 'BucketOwnerEnforced',
  // No bucket key: with a bucket key, the encryption context is the bucket's ARN and not the object's (S3 User Guide, "Using server-side encryption with AWS KMS keys").
  encryption: { sseAlgorithm: 'aws:kms', kmsMasterKeyId: installation.key, bucketKeyEnabled: false },
  expirationDays: 365,
  policy: artifactBucketPolicy(installation, pipeline),
});

export function declareRepository(installation: Installation, pipeline: CreatedPipeline): RepositoryDeclaration {
  const shared = repositoryPolicy(installation);
  return {
    name: pipeline.names.repository,
    arn: pipeline.repository,
    uri: pipeline.repositoryUri,
    imageTagMutability: pipeline.config.build.tags === 'immutable' ? 'IMMUTABLE' : 'MUTABLE',
    scanOnPush: true,
    lifecycle: { rules: [untaggedImagesRule] },
    ...(shared && { policy: shared }),
  };
}

/** Expires only untagged images, and only after the retention time of artifacts, because a rollback needs the image of its revision. */
const untaggedImagesRule = {
  rulePriority: 1,
  description: 'Images of builds that were replaced or abandoned',
  selection: { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 365 },
  action: { type: 'expire' },
};

export const declareProject = (installation: Installation, pipeline: CreatedPipeline): ProjectDeclaration => ({
  name: pipeline.names.project,
  description: 'Builds the image, pushes it, and lists it in imagedefinitions.json',
  serviceRole: pipeline.buildRole,
  // Without this key, CodeBuild encrypts with aws/s3, which no other account can read.
  encryptionKey: installation.key,
  source: { type: 'CODEPIPELINE' },
  artifacts: { type: 'CODEPIPELINE' },
  environment: {
    type: 'ARM_CONTAINER',
    image: 'aws/codebuild/amazonlinux-aarch64-standard:3.0',
    computeType: 'BUILD_GENERAL1_SMALL',
    // docker build needs the privileged mode (docs.aws.amazon.com/codebuild/latest/userguide/sample-docker.html).
    privilegedMode: true,
    environmentVariables: [{ name: 'REPOSITORY_URI', value: pipeline.repositoryUri, type: 'PLAINTEXT' }],
  },
  logsConfig: { cloudWatchLogs: { status: 'ENABLED', groupName: buildLogGroup(pipeline) } },
  timeoutInMinutes: 30,
});

/** The roles of CodePipeline and CodeBuild for one pipeline. */
export function declareBuildRoles(installation: Installation, pipeline: CreatedPipeline): RoleDeclaration[] {
  const role = (
    name: string,
    use: RoleUse,
    rest: Pick<RoleDeclaration, 'description' | 'policies'>,
  ): RoleDeclaration => ({
    account: installation.account,
    name,
    arn: installation.role(name),
    trust: serviceTrustPolicy(use, installation.account),
    ...rest,
  });
  return [
    role(pipeline.names.role, 'CodePipeline', {
      description: 'CodePipeline uses this role to move artifacts and to start builds',
      policies: { pipeline: pipelinePolicy(installation, pipeline) },
    }),
    role(pipeline.names.buildRole, 'CodeBuild', {
      description: 'CodeBuild uses this role to build and push the image',
      policies: { build: buildPolicy(installation, pipeline) },
    }),
  ];
}
