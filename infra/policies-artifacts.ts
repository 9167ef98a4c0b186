import type { CreatedPipeline } from './created-pipeline.ts';
import { accountRootArn, type Installation } from './installation.ts';
import { allowStatement, type PolicyDocument, policyDocument, type Statement, withPrincipals } from './policy.ts';
import { deliveryStatement } from './service-principals.ts';

/** The artifact bucket's policy: it allows the target accounts to read artifacts, and denies every request without TLS. */
export function artifactBucketPolicy(installation: Installation, { bucket }: CreatedPipeline): PolicyDocument {
  const both = [`${bucket}/*`, bucket];
  const share = allowStatement(
    'TargetAccounts',
    ['s3:GetObjectVersion', 's3:GetObject', 's3:GetBucketLocation', 's3:GetBucketAcl'],
    { on: both },
  );
  const tlsOnly: Statement = {
    Sid: 'TlsOnly',
    Effect: 'Deny',
    Principal: '*',
    Action: ['s3:*'],
    Resource: both,
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
  return policyDocument(
    ...(installation.artifactReaders.length > 0 ? [withPrincipals(installation.artifactReaders, share)] : []),
    tlsOnly,
  );
}

/**
 * The artifact key's policy. `*` is the key itself (docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html). The target accounts can only
 * decrypt. Only the pipelines and the builds can encrypt, because they write artifacts. The statement for the build account's root lets IAM policies in that
 * account grant access. Without it, the key could become unmanageable.
 */
export function artifactKeyPolicy(installation: Installation): PolicyDocument {
  const roles = installation.createdPipelines.flatMap((pipeline) => [pipeline.role, pipeline.buildRole]);
  const { artifactReaders } = installation;
  return policyDocument(
    withPrincipals([accountRootArn(installation)], allowStatement('Administration', ['kms:*'], { on: ['*'] })),
    ...(artifactReaders.length === 0
      ? []
      : [
          withPrincipals(
            artifactReaders,
            allowStatement('TargetAccounts', ['kms:DescribeKey', 'kms:Decrypt'], { on: ['*'] }),
          ),
        ]),
    withPrincipals(
      roles,
      allowStatement(
        'Use',
        ['kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Encrypt', 'kms:DescribeKey', 'kms:Decrypt'],
        {
          on: ['*'],
        },
      ),
    ),
    withPrincipals(
      roles,
      allowStatement('Grants', ['kms:RevokeGrant', 'kms:ListGrants', 'kms:CreateGrant'], {
        on: ['*'],
        when: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
      }),
    ),
  );
}

const pullActions = ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];

/** The repository's policy, which allows the target accounts to pull. Undefined if no target is in another account. A repository's policy names no resource. */
export const repositoryPolicy = (installation: Installation): PolicyDocument | undefined =>
  installation.targetRoots.length === 0
    ? undefined
    : policyDocument({
        Sid: 'Pull',
        Effect: 'Allow',
        Principal: { AWS: installation.targetRoots },
        Action: pullActions,
      });

/** The permissions of an ECS execution role to pull from the repository. The token is for the whole registry (ECR service authorization: `*` only). */
export const pullStatements = (installation: Installation): Statement[] => [
  allowStatement('RegistryToken', ['ecr:GetAuthorizationToken'], { on: ['*'] }),
  allowStatement('Pull', pullActions, { on: installation.imageRepositories }),
];

/** The statement of the build account's default bus that admits the events of one account. */
export const busPolicyStatement = (installation: Installation, account: string): Statement =>
  withPrincipals(
    [accountRootArn({ account, region: installation.region })],
    allowStatement(`${installation.names.of('from')}-${account}`, ['events:PutEvents'], { on: [installation.bus] }),
  );

/** The dead-letter queue's policy: EventBridge stores events that it could not deliver, for Gantry's own rules only. */
export const deadLetterQueuePolicy = (installation: Installation, rules: string[]): PolicyDocument =>
  policyDocument(
    deliveryStatement('dead-letter queue', {
      Sid: 'UndeliveredEvents',
      action: 'sqs:SendMessage',
      resource: installation.deadLetters,
      rules,
    }),
  );
