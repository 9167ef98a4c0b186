import type { CreatedPipelineDeclaration } from '../system.ts';
import type { BucketDeclaration, ProjectDeclaration, RepositoryDeclaration } from '../system-build.ts';
import { findRole, type TemplateContext } from './context.ts';
import { renderLogGroup } from './log-group.ts';
import {
  capitalizeNames,
  createAfter,
  logicalId,
  retain,
  type TemplateEntry,
  type TemplateResource,
} from './resource.ts';
import { actionTypeId } from './resource-ids.ts';

/** A pipeline with its bucket, repository and build project. CodePipeline reads the bucket as soon as the pipeline exists. */
export function renderPipeline(context: TemplateContext, created: CreatedPipelineDeclaration): TemplateEntry[] {
  const { bucket, repository, project, pipeline } = created;
  const id = (kind: string) => logicalId(pipeline.name, kind);
  const needed = [id('BucketPolicy'), id('Build'), actionTypeId(context.system.actionType)];
  return [
    [id('Bucket'), renderBucket(bucket)],
    [id('BucketPolicy'), renderBucketPolicy(id('Bucket'), bucket)],
    [id('Images'), renderRepository(repository)],
    [id('BuildLog'), renderLogGroup(project.logsConfig.cloudWatchLogs.groupName)],
    [id('Build'), createAfter([findRole(context, project.serviceRole), id('BuildLog')], renderProject(project))],
    [
      id('Pipeline'),
      createAfter([findRole(context, pipeline.roleArn), ...needed], {
        Type: 'AWS::CodePipeline::Pipeline',
        Properties: capitalizeNames(pipeline, ['configuration']),
      }),
    ],
  ];
}

const renderBucket = (bucket: BucketDeclaration): TemplateResource =>
  retain({
    Type: 'AWS::S3::Bucket',
    Properties: {
      BucketName: bucket.name,
      VersioningConfiguration: { Status: bucket.versioning },
      OwnershipControls: { Rules: [{ ObjectOwnership: bucket.objectOwnership }] },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          {
            ServerSideEncryptionByDefault: {
              SSEAlgorithm: bucket.encryption.sseAlgorithm,
              KMSMasterKeyID: bucket.encryption.kmsMasterKeyId,
            },
            BucketKeyEnabled: bucket.encryption.bucketKeyEnabled,
          },
        ],
      },
      LifecycleConfiguration: {
        Rules: [
          {
            Id: 'old-artifacts',
            Status: 'Enabled',
            ExpirationInDays: bucket.expirationDays,
            NoncurrentVersionExpiration: { NoncurrentDays: bucket.expirationDays },
            AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
          },
        ],
      },
    },
  });

const renderBucketPolicy = (bucketId: string, { policy }: BucketDeclaration): TemplateResource => ({
  Type: 'AWS::S3::BucketPolicy',
  Properties: { Bucket: { Ref: bucketId }, PolicyDocument: policy },
});

const renderRepository = (repository: RepositoryDeclaration): TemplateResource =>
  retain({
    Type: 'AWS::ECR::Repository',
    Properties: {
      RepositoryName: repository.name,
      ImageTagMutability: repository.imageTagMutability,
      ImageScanningConfiguration: { ScanOnPush: repository.scanOnPush },
      LifecyclePolicy: { LifecyclePolicyText: JSON.stringify(repository.lifecycle) },
      ...(repository.policy && { RepositoryPolicyText: repository.policy }),
    },
  });

const renderProject = (project: ProjectDeclaration): TemplateResource => ({
  Type: 'AWS::CodeBuild::Project',
  Properties: capitalizeNames(project),
});
