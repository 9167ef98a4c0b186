import type { Installation } from './installation.ts';
import { allowStatement, type PolicyDocument, policyDocument, type Statement } from './policy.ts';

/** Both roles' rights to the key stand in the key's own policy, and only there: one place to look at when one of them is refused. */
const artifactStatement = (here: Installation): Statement =>
  allowStatement('Artifacts', ['s3:GetObject', 's3:GetObjectVersion', 's3:PutObject'], { on: [`${here.bucket}/*`] });

/** What the service asks of the bucket itself, as its documentation lists it (CodePipeline and CodeBuild User Guides, "service role"). */
const artifactBucketStatement = (here: Installation, ...more: string[]): Statement =>
  allowStatement('ArtifactBucket', ['s3:GetBucketAcl', 's3:GetBucketLocation', ...more], { on: [here.bucket] });

/**
 * What the pipeline may do. It may assume the target roles, so that a team can go back to the built-in ECS action by changing the provider;
 * it passes no role, because a role is passed in the account that it is in, by the role assumed there.
 */
export const pipelinePolicy = (here: Installation): PolicyDocument =>
  policyDocument(
    sourceStatement(here),
    artifactStatement(here),
    artifactBucketStatement(here, 's3:GetBucketVersioning'),
    allowStatement('Build', ['codebuild:BatchGetBuilds', 'codebuild:StartBuild'], { on: [here.project] }),
    allowStatement('TargetRoles', ['sts:AssumeRole'], { on: here.targetRoles }),
  );

function sourceStatement({ config }: Installation): Statement {
  const { source: from } = config;
  if (from.type === 's3') {
    const bucket = `arn:aws:s3:::${from.bucket}`;
    const reads = ['s3:GetBucketVersioning', 's3:GetObject', 's3:GetObjectTagging', 's3:GetObjectVersion'];
    return allowStatement('Source', reads, { on: [bucket, `${bucket}/${from.key}`] });
  }
  // The prefix of the action is the one of the connection's ARN: CodeStar Connections became CodeConnections in March 2024.
  const [, , service] = from.connection.split(':');
  return allowStatement('Source', [`${service}:UseConnection`], { on: [from.connection] });
}

/** What a build may do: its artifacts, its log, and pushing the image (ECR User Guide, "IAM permissions for pushing an image"). */
export const buildPolicy = (here: Installation): PolicyDocument =>
  policyDocument(
    artifactStatement(here),
    artifactBucketStatement(here),
    allowStatement('Log', ['logs:CreateLogStream', 'logs:PutLogEvents'], {
      on: [`${here.logGroup(buildLogGroup(here))}:*`],
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
      { on: [here.repository] },
    ),
  );

export const buildLogGroup = (here: Installation): string => `/aws/codebuild/${here.names.project}`;
