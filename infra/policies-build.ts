import { listDeployStages } from '../core/config/deploy-stages.ts';
import { buildArtifactName } from '../core/config/resource-names.ts';
import type { SourceConfig } from '../core/config/source-schema.ts';
import { deploymentRoleArn } from '../core/config/targets.ts';
import { formatBucketArn } from '../core/parsing/partition.ts';
import type { CreatedPipeline } from './created-pipeline.ts';
import type { Installation } from './installation.ts';
import { allowStatement, type PolicyDocument, policyDocument, type Statement } from './policy.ts';

/** The permissions that both roles need for the artifacts. The roles get the permission to use the key only from the key's own policy. */
const artifactStatement = ({ bucket }: CreatedPipeline, ...more: string[]): Statement =>
  allowStatement('Artifacts', ['s3:GetObject', 's3:GetObjectVersion', ...more], { on: [`${bucket}/*`] });

/**
 * The artifacts that a build writes. The key of an artifact has three parts: the pipeline's name and the artifact's name, both possibly truncated, and
 * random characters (CodePipeline User Guide, "Troubleshooting"). CodePipeline was seen to keep 20 characters of a pipeline's name. Gantry uses ten, in case
 * CodePipeline keeps fewer.
 */
const outputStatement = ({ bucket, names }: CreatedPipeline): Statement =>
  allowStatement('Output', ['s3:PutObject'], {
    on: [`${bucket}/${names.pipeline.slice(0, 10)}*/${buildArtifactName}/*`],
  });

/** The actions on the bucket itself that CodePipeline and CodeBuild need (User Guides, "service role"). */
const artifactBucketStatement = ({ bucket }: CreatedPipeline, ...more: string[]): Statement =>
  allowStatement('ArtifactBucket', ['s3:GetBucketAcl', 's3:GetBucketLocation', ...more], { on: [bucket] });

/** The actions on a source object and on its tags, if it has any (CodePipeline User Guide, "Amazon S3 source action reference"). */
const sourceObjectActions = [
  's3:GetObject',
  's3:GetObjectVersion',
  's3:GetObjectTagging',
  's3:GetObjectVersionTagging',
];

/** The actions on the bucket of a source object (the same page). */
const sourceBucketActions = ['s3:GetBucketAcl', 's3:GetBucketLocation', 's3:GetBucketVersioning'];

/** CodePipeline keeps the tags of a source object on the artifact (User Guide, "Manage the CodePipeline service role"). */
const artifactTagActions = ['s3:GetObjectTagging', 's3:GetObjectVersionTagging', 's3:PutObjectTagging'];

/**
 * The permissions of the pipeline's role: CodePipeline's own minimum (User Guide, "Manage the CodePipeline service role"), the source, and the build. A
 * connection source fails without `s3:PutObjectAcl`: "Upload to S3 failed" (aws/aws-cdk issue 13557). With `builtInAction`, the role can assume the target's
 * role, so that a team can return to the built-in ECS action by changing the provider. The pipeline's role has no `iam:PassRole`, because a role can be
 * passed only within its own account. The role that is assumed there passes it.
 */
export const pipelinePolicy = (installation: Installation, pipeline: CreatedPipeline): PolicyDocument =>
  policyDocument(
    ...sourceStatements(pipeline.config.source, installation.region),
    artifactStatement(
      pipeline,
      's3:PutObject',
      's3:PutObjectAcl',
      ...(pipeline.config.source.type === 's3' ? artifactTagActions : []),
    ),
    artifactBucketStatement(pipeline, 's3:GetBucketVersioning'),
    allowStatement('Build', ['codebuild:BatchGetBuilds', 'codebuild:StartBuild'], { on: [pipeline.project] }),
    ...assumeForBuiltInAction(installation, pipeline),
  );

/** The deployment roles of the targets that the pipeline deploys to, if they allow it (`builtInAction`). */
function assumeForBuiltInAction({ config, stage }: Installation, pipeline: CreatedPipeline): Statement[] {
  const targets = listDeployStages(config, pipeline.config).map(({ target }) => target);
  const on = targets.filter(({ builtInAction }) => builtInAction).map((target) => deploymentRoleArn(target, stage));
  return on.length === 0 ? [] : [allowStatement('TargetRoles', ['sts:AssumeRole'], { on })];
}

function sourceStatements(source: SourceConfig, region: string): Statement[] {
  if (source.type === 's3') {
    const bucket = formatBucketArn(region, source.bucket);
    return [
      allowStatement('Source', sourceObjectActions, { on: [`${bucket}/${source.key}`] }),
      allowStatement('SourceBucket', sourceBucketActions, { on: [bucket] }),
    ];
  }
  // The action's prefix is the same as in the connection's ARN: CodeStar Connections was renamed to CodeConnections in March 2024.
  const [, , service] = source.connection.split(':');
  return [allowStatement('Source', [`${service}:UseConnection`], { on: [source.connection] })];
}

/** The permissions of a build: its artifacts, its log, and the push of the image (ECR User Guide, "IAM permissions for pushing an image"). */
export const buildPolicy = (installation: Installation, pipeline: CreatedPipeline): PolicyDocument =>
  policyDocument(
    artifactStatement(pipeline),
    outputStatement(pipeline),
    artifactBucketStatement(pipeline),
    allowStatement('Log', ['logs:CreateLogStream', 'logs:PutLogEvents'], {
      on: [`${installation.logGroup(buildLogGroup(pipeline))}:*`],
    }),
    allowStatement('RegistryToken', ['ecr:GetAuthorizationToken'], { on: ['*'] }),
    allowStatement(
      'Push',
      [
        'ecr:BatchCheckLayerAvailability',
        'ecr:BatchGetImage',
        'ecr:CompleteLayerUpload',
        'ecr:InitiateLayerUpload',
        'ecr:PutImage',
        'ecr:UploadLayerPart',
      ],
      { on: [pipeline.repository] },
    ),
  );

export const buildLogGroup = ({ names }: CreatedPipeline): string => `/aws/codebuild/${names.project}`;
