import type { Installation } from './arns.ts';
import { allow, type PolicyDocument, policy, type Statement } from './policy.ts';

/** Both roles' rights to the key stand in the key's own policy, and only there: one place to look at when one of them is refused. */
const artifacts = (here: Installation): Statement =>
  allow('Artifacts', ['s3:GetObject', 's3:GetObjectVersion', 's3:PutObject'], { on: [`${here.bucket}/*`] });

/** What the service asks of the bucket itself, as its documentation lists it (CodePipeline and CodeBuild User Guides, "service role"). */
const artifactBucket = (here: Installation, ...more: string[]): Statement =>
  allow('ArtifactBucket', ['s3:GetBucketAcl', 's3:GetBucketLocation', ...more], { on: [here.bucket] });

/**
 * What the pipeline may do. It may assume the target roles, so that a team can go back to the built-in ECS action by changing the provider;
 * it passes no role, because a role is passed in the account that it is in, by the role assumed there.
 */
export const pipelinePolicy = (here: Installation): PolicyDocument =>
  policy(
    source(here),
    artifacts(here),
    artifactBucket(here, 's3:GetBucketVersioning'),
    allow('Build', ['codebuild:BatchGetBuilds', 'codebuild:StartBuild'], { on: [here.project] }),
    allow('TargetRoles', ['sts:AssumeRole'], { on: here.targetRoles }),
  );

function source({ config }: Installation): Statement {
  const { source: from } = config;
  if (from.type === 's3') {
    const bucket = `arn:aws:s3:::${from.bucket}`;
    const reads = ['s3:GetBucketVersioning', 's3:GetObject', 's3:GetObjectTagging', 's3:GetObjectVersion'];
    return allow('Source', reads, { on: [bucket, `${bucket}/${from.key}`] });
  }
  // The prefix of the action is the one of the connection's ARN: CodeStar Connections became CodeConnections in March 2024.
  const [, , service] = from.connection.split(':');
  return allow('Source', [`${service}:UseConnection`], { on: [from.connection] });
}

/** What a build may do: its artifacts, its log, and pushing the image (ECR User Guide, "IAM permissions for pushing an image"). */
export const buildPolicy = (here: Installation): PolicyDocument =>
  policy(
    artifacts(here),
    artifactBucket(here),
    allow('Log', ['logs:CreateLogStream', 'logs:PutLogEvents'], { on: [`${here.logGroup(buildLogGroup(here))}:*`] }),
    allow('RegistryToken', ['ecr:GetAuthorizationToken'], { on: ['*'] }),
    allow(
      'Push',
      [
        'ecr:BatchCheckLayerAvailability',
        'ecr:BatchGetImage',
        'ecr:CompleteLayerUpload',
        'ecr:InitiateLayerUpload',
        'ecr:PutImage',
        'ecr:UploadLayerPart',
      ],
      { on: [here.repository] },
    ),
  );

export const buildLogGroup = (here: Installation): string => `/aws/codebuild/${here.names.project}`;
