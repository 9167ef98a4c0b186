import type { DoctorFacts } from '../../cli/doctor/facts.ts';
import config from './doctor-config.ts';
import {
  deploymentPolicy,
  firstPipeline,
  getFound,
  getRole,
  getStatement,
  removeFromStatement,
  removeStatement,
} from './doctor-facts.ts';

const [test, prod] = config.targets.map(({ account }) => account) as [string, string];
const build = config.build.account;
const root = (account: string) => `arn:aws:iam::${account}:root`;
const pipeline = (facts: DoctorFacts) => getRole(facts, 'tea-shop-production-pipeline').policies.pipeline;
const builder = (facts: DoctorFacts) => getRole(facts, 'tea-shop-production-build').policies.build;
const rights = (facts: DoctorFacts, name: string) => getRole(facts, `tea-shop-production-${name}`).policies.rights;
const project = (facts: DoctorFacts) => getFound(firstPipeline(facts).project);
const line = (facts: DoctorFacts) => getFound(firstPipeline(facts).pipeline);

export type MisWiring = [
  what: string,
  link: string,
  statement: string,
  fix: string,
  spoil: (facts: DoctorFacts) => void,
];

/** Common mistakes. Each is a change to a correct installation, with the one failed check (NG) that must report the change. */
export const misWirings: MisWiring[] = [
  [
    'the pipeline role may not use the connection',
    'source',
    'Source',
    'add the statement {"Sid":"Source"',
    (facts) => removeStatement(pipeline(facts), 'Source'),
  ],
  [
    'the pipeline role may not set the ACL of an artifact',
    'bucket',
    'Artifacts',
    'add s3:PutObjectAcl to its Action',
    (facts) => removeFromStatement(getStatement(pipeline(facts), 'Artifacts'), 'Action', 's3:PutObjectAcl'),
  ],
  [
    'the pipeline role requires a key that CodePipeline may not send',
    'pipeline',
    'Service',
    'set its Condition to {"StringEqualsIfExists":',
    (facts) => {
      getStatement(getRole(facts, 'tea-shop-production-pipeline').trust, 'Service').Condition = {
        StringEquals: { 'aws:SourceAccount': build },
      };
    },
  ],
  [
    'the execution role requires a key that ECS may not send',
    'pull',
    'Service',
    'set its Condition to {"StringEqualsIfExists":',
    (facts) => {
      getStatement(getRole(facts, 'pot-execution', test).trust, 'Service').Condition = {
        StringEquals: { 'aws:SourceAccount': test },
      };
    },
  ],
  [
    'take-job may poll under one spelling of the action type only',
    'workflow',
    'PollForJobs',
    'add arn:aws:codepipeline:eu-central-1:104862573915:actionType:Custom/Deploy/Gantry/2 to its Resource',
    (facts) =>
      removeFromStatement(
        getStatement(rights(facts, 'take-job'), 'PollForJobs'),
        'Resource',
        `arn:aws:codepipeline:eu-central-1:${build}:actionType:Custom/Deploy/Gantry/2`,
      ),
  ],
  [
    'the event bus has lost the statement of one account',
    'workflow',
    `tea-shop-production-from-${prod}`,
    `add the statement {"Sid":"tea-shop-production-from-${prod}"`,
    (facts) => removeStatement(getFound(facts.bus), `tea-shop-production-from-${prod}`),
  ],
  [
    'the pipeline follows another branch',
    'source',
    'stage Source',
    '"BranchName":"main"',
    (facts) => {
      line(facts).stages[0]!.actions[0]!.configuration.BranchName = 'develop';
    },
  ],
  [
    'CodeBuild may not be the build role',
    'build',
    'Service',
    'add codebuild.amazonaws.com to its Principal',
    (facts) => {
      getStatement(getRole(facts, 'tea-shop-production-build').trust, 'Service').Principal = {
        Service: 'ec2.amazonaws.com',
      };
    },
  ],
  [
    'the build role may not push',
    'build',
    'Push',
    'add ecr:PutImage to its Action',
    (facts) => removeFromStatement(getStatement(builder(facts), 'Push'), 'Action', 'ecr:PutImage'),
  ],
  [
    'the build role may not log',
    'build',
    'Log',
    'add the statement {"Sid":"Log"',
    (facts) => removeStatement(builder(facts), 'Log'),
  ],
  [
    'CodeBuild has no key',
    'build',
    'encryptionKey',
    'set encryptionKey to arn:aws:kms:eu-central-1:',
    (facts) => {
      project(facts).encryptionKey = `arn:aws:kms:eu-central-1:${build}:alias/aws/s3`;
    },
  ],
  [
    'CodeBuild keeps its output to itself',
    'build',
    'artifacts.type',
    'set artifacts.type to CODEPIPELINE',
    (facts) => {
      project(facts).artifacts = 'NO_ARTIFACTS';
    },
  ],
  [
    'CodeBuild may not run docker',
    'build',
    'environment.privilegedMode',
    'set environment.privilegedMode to true',
    (facts) => {
      project(facts).privileged = false;
    },
  ],
  [
    'a bucket policy without the test account',
    'bucket',
    'TargetAccounts',
    `add ${root(test)} to its Principal`,
    (facts) =>
      removeFromStatement(
        getStatement(getFound(firstPipeline(facts).bucket), 'TargetAccounts'),
        'Principal',
        root(test),
      ),
  ],
  [
    'a bucket for plain HTTP',
    'bucket',
    'TlsOnly',
    'add the statement {"Sid":"TlsOnly"',
    (facts) => removeStatement(getFound(firstPipeline(facts).bucket), 'TlsOnly'),
  ],
  [
    'a deployment role that may not read artifacts',
    'bucket',
    'Artifacts',
    'add the statement {"Sid":"Artifacts"',
    (facts) => removeStatement(deploymentPolicy(facts), 'Artifacts'),
  ],
  [
    'a key policy without the test account',
    'key',
    'TargetAccounts',
    `add ${root(test)} to its Principal`,
    (facts) => removeFromStatement(getStatement(getFound(facts.key).policy, 'TargetAccounts'), 'Principal', root(test)),
  ],
  [
    'a key policy without the build role',
    'key',
    'Use',
    `add arn:aws:iam::${build}:role/tea-shop-production-build to its Principal`,
    (facts) =>
      removeFromStatement(
        getStatement(getFound(facts.key).policy, 'Use'),
        'Principal',
        `arn:aws:iam::${build}:role/tea-shop-production-build`,
      ),
  ],
  [
    'a key policy that denies the build role',
    'key',
    'Freeze',
    'it denies kms:Encrypt: remove or narrow it',
    (facts) => {
      getFound(facts.key).policy.Statement.push({
        Sid: 'Freeze',
        Effect: 'Deny',
        Principal: { AWS: `arn:aws:iam::${build}:role/tea-shop-production-build` },
        Action: 'kms:Encrypt',
        Resource: '*',
      });
    },
  ],
  [
    'functions that decrypt in another Region only',
    'key',
    'DecryptArtifacts',
    'set its Condition to {"StringEquals":{"kms:ViaService":["s3.eu-central-1.amazonaws.com"]}}',
    (facts) => {
      getStatement(rights(facts, 'read-images'), 'DecryptArtifacts').Condition = {
        StringEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' },
      };
    },
  ],
  [
    'an alias instead of an ARN',
    'pipeline',
    'artifactStore.encryptionKey.id',
    'set artifactStore.encryptionKey.id to arn:aws:kms',
    (facts) => {
      line(facts).key = 'alias/tea-shop-production-artifacts';
    },
  ],
  [
    'a pipeline without a key',
    'pipeline',
    'artifactStore.encryptionKey.id',
    'set artifactStore.encryptionKey.id to arn:aws:kms',
    (facts) => {
      line(facts).key = undefined;
    },
  ],
  [
    'a pipeline with another bucket',
    'pipeline',
    'artifactStore.location',
    `to tea-shop-production-artifacts-${build}`,
    (facts) => {
      line(facts).bucket = 'codepipeline-eu-central-1-1234';
    },
  ],
  [
    'a pipeline that deploys with another role',
    'pipeline',
    'stage Deploy-test, action Deploy-pot',
    `role/test-deployment"`,
    (facts) => {
      const action = line(facts).stages.find(({ name }) => name === 'Deploy-test')!.actions[0]!;
      action.configuration.RoleArn = `arn:aws:iam::${test}:role/other`;
    },
  ],
  [
    'a pipeline role that may not build',
    'pipeline',
    'Build',
    'add codebuild:StartBuild to its Action',
    (facts) => removeFromStatement(getStatement(pipeline(facts), 'Build'), 'Action', 'codebuild:StartBuild'),
  ],
  [
    'a take-job that may not poll',
    'workflow',
    'PollForJobs',
    'add the statement {"Sid":"PollForJobs"',
    (facts) => removeStatement(rights(facts, 'take-job'), 'PollForJobs'),
  ],
  [
    'a machine that may not invoke one function',
    'workflow',
    'InvokeFunctions',
    `add arn:aws:lambda:eu-central-1:${build}:function:tea-shop-production-check-target:* to its Resource`,
    (facts) =>
      removeFromStatement(
        getStatement(rights(facts, 'deploy'), 'InvokeFunctions'),
        'Resource',
        `arn:aws:lambda:eu-central-1:${build}:function:tea-shop-production-check-target:*`,
      ),
  ],
  [
    'a machine that may not sleep',
    'workflow',
    'StoreTaskToken',
    'add dynamodb:UpdateItem to its Action',
    (facts) =>
      removeFromStatement(getStatement(rights(facts, 'deploy'), 'StoreTaskToken'), 'Action', 'dynamodb:UpdateItem'),
  ],
  [
    'a trust policy without the build account',
    'role',
    'BuildAccount',
    `add ${root(build)} to its Principal`,
    (facts) => {
      getStatement(getRole(facts, 'test-deployment', test).trust, 'BuildAccount').Principal = { AWS: [root(prod)] };
    },
  ],
  [
    'a trust policy with another external id',
    'role',
    'BuildAccount',
    '"StringEquals":{"sts:ExternalId":"steep-3-minutes"}}',
    (facts) => {
      getStatement(getRole(facts, 'test-deployment', test).trust, 'BuildAccount').Condition = {
        StringEquals: { 'sts:ExternalId': 'steep-5' },
      };
    },
  ],
  [
    'a function that may not assume',
    'role',
    'TargetRoles',
    `add arn:aws:iam::${test}:role/test-deployment to its Resource`,
    (facts) =>
      removeFromStatement(
        getStatement(rights(facts, 'watch-rollout'), 'TargetRoles'),
        'Resource',
        `arn:aws:iam::${test}:role/test-deployment`,
      ),
  ],
  [
    'a role that may not be passed',
    'role',
    'PassTaskRoles',
    `add arn:aws:iam::${test}:role/pot-task to its Resource`,
    (facts) =>
      removeFromStatement(
        getStatement(deploymentPolicy(facts), 'PassTaskRoles'),
        'Resource',
        `arn:aws:iam::${test}:role/pot-task`,
      ),
  ],
  [
    'a role without load-balancing rights',
    'role',
    'LoadBalancing',
    'add the statement {"Sid":"LoadBalancing"',
    (facts) => removeStatement(deploymentPolicy(facts), 'LoadBalancing'),
  ],
  [
    'a role that may not update',
    'ECS',
    'Services',
    'add ecs:UpdateService to its Action',
    (facts) => removeFromStatement(getStatement(deploymentPolicy(facts), 'Services'), 'Action', 'ecs:UpdateService'),
  ],
  [
    'ecs:TagResource is missing',
    'ECS',
    'TagRevision',
    'add the statement {"Sid":"TagRevision"',
    (facts) => removeStatement(deploymentPolicy(facts), 'TagRevision'),
  ],
  [
    'a repository without pull rights for test',
    'pull',
    'Pull',
    `add ${root(test)} to its Principal`,
    (facts) =>
      removeFromStatement(getStatement(getFound(firstPipeline(facts).repository), 'Pull'), 'Principal', root(test)),
  ],
  [
    'an execution role that may not pull',
    'pull',
    'Pull',
    'add ecr:BatchGetImage to its Action',
    (facts) =>
      removeFromStatement(
        getStatement(getRole(facts, 'pot-execution', test).policies.start, 'Pull'),
        'Action',
        'ecr:BatchGetImage',
      ),
  ],
  [
    'tasks that may not be their execution role',
    'pull',
    'Service',
    'add ecs-tasks.amazonaws.com to its Principal',
    (facts) => {
      getStatement(getRole(facts, 'pot-execution', test).trust, 'Service').Principal = {
        Service: 'ec2.amazonaws.com',
      };
    },
  ],
];
