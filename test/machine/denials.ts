import { getFirstPipeline } from '../../local/run/first-pipeline.ts';
import type { Caller } from '../../policy-evaluator/caller.ts';
import type { TestSystem } from './system.ts';

/** A call that must be denied, and AWS's message for it. */
export interface Denial {
  name: string;
  by: Caller;
  call: [service: string, operation: string, input: unknown];
  /** The action and the resource in AWS's message. S3 quotes the resource in the message, and other services do not. */
  action: string;
  resource: string;
  because?: string;
}

const lacks = (kind: 'identity-based' | 'resource-based' | 'session') => (action: string) =>
  `because no ${kind} policy allows the ${action} action`;
const [noIdentity, noResource] = [lacks('identity-based'), lacks('resource-based')];

const test = '222222222222';
const ecs = `arn:aws:ecs:eu-west-1:${test}`;
const roleIn = (account: string, name: string): string => `arn:aws:iam::${account}:role/${name}`;

export const person = (account: string): Caller => ({ account, arn: `arn:aws:iam::${account}:user/admin` });

/** Lists calls that must be denied, by caller: across the account boundary or within an account. */
export function denials({ cloud, system }: TestSystem, artifact: { bucket: string; key: string }): Denial[] {
  const { account, machine, functions } = system;
  const { bucket, key, repository } = getFirstPipeline(system);
  const as = (name: string, where = account): Caller => cloud.iam.session(roleIn(where, name), 'denied');
  const state = (file: string): Caller => as(`gantry-production-${file}`);
  const deployer = as('test-deployment', test);
  const stranger = person('999999999999');
  const object = `"arn:aws:s3:::${artifact.bucket}/${artifact.key}"`;
  const get = { Bucket: artifact.bucket, Key: artifact.key };
  const takeJob = functions.find(({ file }) => file === 'take-job')!.arn;
  const pull = { registryId: account, repositoryName: repository.name, imageIds: [{ imageTag: 'latest' }] };
  const event = {
    EventBusName: system.bus[0]!.statement.Resource![0]!,
    Source: 'us',
    DetailType: 'news',
    Detail: '{}',
  };
  const role = (RoleArn: string, more: object = {}) => ({ RoleArn, RoleSessionName: 'denied', ...more });
  const api = { cluster: 'web-shop', service: 'elsewhere' };
  const definition = (more: object) => ({
    family: 'web',
    containerDefinitions: [{ name: 'app', image: 'app', memory: 64 }],
    ...more,
  });
  const anotherRule = { 'aws:SourceArn': `arn:aws:events:eu-west-1:${account}:rule/another` };
  const may = (
    name: string,
    by: Caller,
    call: Denial['call'],
    said: [string, string, ((action: string) => string)?],
  ) => {
    const [action, resource, because] = said;
    return { name, by, call, action, resource, ...(because && { because: because(action) }) };
  };
  return [
    // A foreign account, whose administrator is allowed to do everything in it.
    may('a stranger reads an artifact', stranger, ['s3', 'GetObject', get], ['s3:GetObject', object, noResource]),
    may(
      'a stranger puts an artifact',
      stranger,
      ['s3', 'PutObject', { ...get, Body: '' }],
      ['s3:PutObject', object, noResource],
    ),
    may(
      'a stranger looks at the key',
      stranger,
      ['kms', 'DescribeKey', { KeyId: key.arn }],
      ['kms:DescribeKey', key.arn, noResource],
    ),
    may(
      'a stranger encrypts',
      stranger,
      ['kms', 'GenerateDataKey', { KeyId: key.arn }],
      ['kms:GenerateDataKey', key.arn, noResource],
    ),
    may(
      'a stranger pulls the image',
      stranger,
      ['ecr', 'BatchGetImage', pull],
      ['ecr:BatchGetImage', repository.arn, noResource],
    ),
    may(
      'a stranger becomes test-deployment',
      stranger,
      ['sts', 'AssumeRole', role(deployer.roleArn!)],
      ['sts:AssumeRole', deployer.roleArn!],
    ),
    may(
      'a stranger puts events on the bus',
      stranger,
      ['events', 'PutEvents', { Entries: [event] }],
      ['events:PutEvents', event.EventBusName, noResource],
    ),
    may(
      'a stranger wakes take-job',
      stranger,
      ['lambda', 'Invoke', { FunctionName: takeJob }],
      ['lambda:InvokeFunction', takeJob, noResource],
    ),

    // The test account, for resources that are not shared with it.
    may(
      'the test account reads another bucket',
      person(test),
      ['s3', 'GetObject', { Bucket: 'payroll', Key: 'all' }],
      ['s3:GetObject', '"arn:aws:s3:::payroll/all"', noResource],
    ),
    may(
      'test-deployment reads another bucket',
      deployer,
      ['s3', 'GetObject', { Bucket: 'payroll', Key: 'all' }],
      ['s3:GetObject', '"arn:aws:s3:::payroll/all"', noResource],
    ),
    may(
      'the test account deletes an artifact',
      person(test),
      ['s3', 'DeleteObject', get],
      ['s3:DeleteObject', object, noResource],
    ),
    may(
      'the test account replaces the image',
      person(test),
      ['ecr', 'PutImage', { registryId: account, repositoryName: repository.name, imageManifest: '{}' }],
      ['ecr:PutImage', repository.arn, noResource],
    ),
    may(
      'the test account deletes the key',
      person(test),
      ['kms', 'ScheduleKeyDeletion', { KeyId: key.arn }],
      ['kms:ScheduleKeyDeletion', key.arn, noResource],
    ),
    may(
      'a container of the test account pulls another image',
      as('web-execution', test),
      ['ecr', 'BatchGetImage', { ...pull, repositoryName: 'payroll' }],
      ['ecr:BatchGetImage', repository.arn.replace('web-shop-production', 'payroll'), noResource],
    ),

    // test-deployment, within its own account.
    may(
      "test-deployment passes a role that is not the task's",
      deployer,
      ['ecs', 'RegisterTaskDefinition', definition({ taskRoleArn: roleIn(test, 'admin') })],
      ['iam:PassRole', roleIn(test, 'admin'), noIdentity],
    ),
    may(
      'test-deployment registers another family',
      deployer,
      ['ecs', 'RegisterTaskDefinition', definition({ family: 'payroll' })],
      ['ecs:RegisterTaskDefinition', `${ecs}:task-definition/payroll:*`, noIdentity],
    ),
    may(
      'test-deployment tags a revision that is there already',
      deployer,
      ['ecs', 'TagResource', { resourceArn: `${ecs}:task-definition/web:1`, tags: [] }],
      ['ecs:TagResource', `${ecs}:task-definition/web:1`, noIdentity],
    ),
    may(
      'test-deployment updates a service of another cluster',
      deployer,
      ['ecs', 'UpdateService', { cluster: 'payroll', service: 'web' }],
      ['ecs:UpdateService', `${ecs}:service/payroll/web`, noIdentity],
    ),
    may(
      'test-deployment updates another service of its cluster',
      deployer,
      ['ecs', 'UpdateService', api],
      ['ecs:UpdateService', `${ecs}:service/web-shop/elsewhere`, noIdentity],
    ),
    may(
      "test-deployment looks at another cluster's tasks",
      deployer,
      ['ecs', 'ListTasks', { cluster: 'payroll' }],
      ['ecs:ListTasks', '*', noIdentity],
    ),
    may(
      'test-deployment deletes its service',
      deployer,
      ['ecs', 'DeleteService', { cluster: 'web-shop', service: 'web' }],
      ['ecs:DeleteService', `${ecs}:service/web-shop/web`, noIdentity],
    ),
    may(
      'test-deployment reads another log',
      deployer,
      ['logs', 'GetLogEvents', { logGroupName: '/ecs/payroll', logStreamName: 'app/app/1' }],
      ['logs:GetLogEvents', `arn:aws:logs:eu-west-1:${test}:log-group:/ecs/payroll:log-stream:app/app/1`, noIdentity],
    ),

    // Denied calls of the functions. Each call belongs to another function's task.
    may(
      'Update Service reads the artifact',
      state('update-service'),
      ['s3', 'GetObject', get],
      ['s3:GetObject', object, noIdentity],
    ),
    may(
      'Check Target reads an artifact that Read Images has not found',
      state('check-target'),
      ['s3', 'GetObject', get],
      ['s3:GetObject', object, noIdentity],
    ),
    may(
      'Read Images writes an artifact',
      state('read-images'),
      ['s3', 'PutObject', { ...get, Body: '' }],
      ['s3:PutObject', object, noIdentity],
    ),
    may(
      'Read Images uses the key otherwise than through S3',
      state('read-images'),
      ['kms', 'Decrypt', { CiphertextBlob: sealedWith(key.arn), KeyId: key.arn }],
      ['kms:Decrypt', key.arn, noIdentity],
    ),
    may(
      'Read Images becomes test-deployment',
      state('read-images'),
      ['sts', 'AssumeRole', role(deployer.roleArn!)],
      ['sts:AssumeRole', deployer.roleArn!],
    ),
    may(
      'Record Start becomes test-deployment',
      state('record-start'),
      ['sts', 'AssumeRole', role(deployer.roleArn!)],
      ['sts:AssumeRole', deployer.roleArn!],
    ),
    may(
      'Report Success reports a failure',
      state('report-success'),
      [
        'codepipeline',
        'PutJobFailureResult',
        { jobId: '00000000-0000-4000-8000-000000000000', failureDetails: { type: 'JobFailed', message: 'no' } },
      ],
      ['codepipeline:PutJobFailureResult', '*', noIdentity],
    ),
    may(
      'take-job starts another machine',
      state('take-job'),
      ['states', 'StartExecution', { stateMachineArn: `${machine.arn}-2`, input: '{}' }],
      ['states:StartExecution', `${machine.arn}-2`, noIdentity],
    ),
    may(
      'the machine wakes take-job',
      state('deploy'),
      ['lambda', 'Invoke', { FunctionName: takeJob }],
      ['lambda:InvokeFunction', takeJob, noIdentity],
    ),
    may(
      'another rule wakes take-job',
      { account, arn: 'events.amazonaws.com', context: anotherRule },
      ['lambda', 'Invoke', { FunctionName: takeJob }],
      ['lambda:InvokeFunction', takeJob, noResource],
    ),
    may(
      "Update Service becomes a role that is no target's, though it trusts the account",
      state('update-service'),
      ['sts', 'AssumeRole', role(roleIn(test, 'landing-zone'))],
      ['sts:AssumeRole', roleIn(test, 'landing-zone')],
    ),
    may(
      'Update Service names no external id',
      state('update-service'),
      ['sts', 'AssumeRole', role(roleIn('333333333333', 'prod-deployment'))],
      ['sts:AssumeRole', roleIn('333333333333', 'prod-deployment')],
    ),
    may(
      'Update Service names a wrong external id',
      state('update-service'),
      ['sts', 'AssumeRole', role(roleIn('333333333333', 'prod-deployment'), { ExternalId: 'shop-8' })],
      ['sts:AssumeRole', roleIn('333333333333', 'prod-deployment')],
    ),

    // Pipeline and build.
    may(
      "the pipeline becomes a role that is no target's, though it trusts the account",
      state('pipeline'),
      ['sts', 'AssumeRole', role(roleIn(test, 'landing-zone'))],
      ['sts:AssumeRole', roleIn(test, 'landing-zone')],
    ),
    may(
      'the pipeline starts another build',
      state('pipeline'),
      ['codebuild', 'StartBuild', { projectName: 'payroll' }],
      ['codebuild:StartBuild', `arn:aws:codebuild:eu-west-1:${account}:project/payroll`, noIdentity],
    ),
    may(
      'a build pushes another image',
      state('build'),
      ['ecr', 'PutImage', { repositoryName: 'payroll', imageManifest: '{}' }],
      ['ecr:PutImage', repository.arn.replace('web-shop-production', 'payroll'), noIdentity],
    ),
    may(
      'the pipeline becomes test-deployment',
      state('pipeline'),
      ['sts', 'AssumeRole', role(deployer.roleArn!)],
      ['sts:AssumeRole', deployer.roleArn!],
    ),
    may(
      'an administrator of the build account becomes test-deployment',
      person(account),
      ['sts', 'AssumeRole', role(deployer.roleArn!)],
      ['sts:AssumeRole', deployer.roleArn!],
    ),
    may(
      'an administrator of the build account becomes prod-deployment, with the right external id',
      person(account),
      ['sts', 'AssumeRole', role(roleIn('333333333333', 'prod-deployment'), { ExternalId: 'shop-7' })],
      ['sts:AssumeRole', roleIn('333333333333', 'prod-deployment')],
    ),
    may(
      'a viewer updates the service',
      as('test-deployment-viewer', test),
      ['ecs', 'UpdateService', { cluster: 'web-shop', service: 'web', taskDefinition: 'web:1' }],
      ['ecs:UpdateService', `arn:aws:ecs:eu-west-1:${test}:service/web-shop/web`, noIdentity],
    ),
    may(
      'a build becomes test-deployment',
      state('build'),
      ['sts', 'AssumeRole', role(deployer.roleArn!)],
      ['sts:AssumeRole', deployer.roleArn!],
    ),

    // Denied to every caller, even to administrators.
    {
      name: 'an administrator reads an artifact over plain HTTP',
      by: { ...person(account), context: { 'aws:SecureTransport': 'false' } },
      call: ['s3', 'GetObject', get],
      action: 's3:GetObject',
      resource: object,
      because: 'with an explicit deny in a resource-based policy',
    },
    {
      name: 'an administrator lists the bucket over plain HTTP',
      by: { ...person(account), context: { 'aws:SecureTransport': 'false' } },
      call: ['s3', 'ListObjectsV2', { Bucket: bucket.name }],
      action: 's3:ListBucket',
      resource: `"${bucket.arn}"`,
      because: 'with an explicit deny in a resource-based policy',
    },
  ];
}

/** Builds a ciphertext in the emulator's format: it begins with its key's ARN. */
const sealedWith = (keyArn: string): Buffer =>
  Buffer.concat([Buffer.from([keyArn.length]), Buffer.from(keyArn), Buffer.alloc(32)]);
