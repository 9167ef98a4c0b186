import { describe, expect, it } from 'vitest';
import { getFirstPipeline } from '../../local/run/first-pipeline.ts';
import { attackedConfig, imageList, isDenied, startAttackedSystem } from './attacked-system.ts';

/*
 * The attacker is allowed to approve in the build account, and nothing else. Such a person should decide whether prod gets a release, but not which images prod
 * runs.
 */
const targets = attackedConfig.targets.map((one) =>
  one.name === 'prod' ? { ...one, manualDeploys: 'deny' as const } : one,
);
const world = await startAttackedSystem({ targets });
const { bucket, repository, push } = world;
const approver = world.userWith(
  '111111111111',
  ['codepipeline:PutApprovalResult', 'codepipeline:GetPipelineState', 'sts:AssumeRole'],
  ['*'],
);
const { machine, rollbackMachine, functions, roles, table } = world.system;

it('can let prod run what test ran, and nothing else', async () => {
  const tested = await push('tested', 'tested');
  await world.releaseToTest(imageList(`${repository.uri}@${tested}`));
  const key = await world.readArtifactKey();
  expect(await isDenied(world.putArtifact(key, imageList('evil'), approver))).toBe(true);
  expect((await world.approve()).status).toBe('Succeeded');
  expect(await world.runs('prod')).toMatchObject({ app: `${repository.uri}@${tested}` });
});

describe('an approver cannot', () => {
  const jobId = '00000000-0000-4000-8000-000000000000';
  it.each<[string, string, string, object]>([
    ['start a deployment', 'states', 'StartExecution', { stateMachineArn: machine.arn, input: '{}' }],
    ['start a rollback', 'states', 'StartExecution', { stateMachineArn: rollbackMachine.arn, input: '{}' }],
    ['report a job', 'codepipeline', 'PutJobSuccessResult', { jobId }],
    ['invoke take-job', 'lambda', 'Invoke', { FunctionName: functions[0]!.arn }],
    ['push an image', 'ecr', 'PutImage', { repositoryName: repository.name, imageManifest: '{}' }],
    ['read an artifact', 's3', 'GetObject', { Bucket: bucket, Key: 'k' }],
    ['read a record', 'dynamodb', 'GetItem', { TableName: table.name, Key: world.recordKey('k') }],
    ['change the pipeline', 'codepipeline', 'UpdatePipeline', { pipeline: getFirstPipeline(world.system).pipeline }],
  ])('%s', async (_, service, operation, input) => {
    expect(await isDenied(approver(service, operation, input))).toBe(true);
  });

  const viewers = roles.filter(({ name }) => name.endsWith('-viewer'));
  it.each(roles.filter((role) => !viewers.includes(role)).map(({ name, arn }) => [name, arn]))(
    'become %s, although their own policy allows sts:AssumeRole on it',
    async (_, RoleArn) => {
      const input = { RoleArn, RoleSessionName: 'attacker' };
      expect(await isDenied(approver('sts', 'AssumeRole', input))).toBe(true);
    },
  );
});

describe("with manualDeploys: 'deny' on prod, not even an administrator", () => {
  it('has an entry machine for deployments, but has one for rollbacks', () => {
    const ofProd = world.system.entryMachines.filter(({ target }) => target === 'prod');
    expect(ofProd.map(({ kind }) => kind)).toEqual(['rollback']);
  });

  const written = {
    roleArn: 'arn:aws:iam::333333333333:role/prod-deployment',
    region: 'eu-west-1',
    cluster: 'web-shop',
    service: 'web',
  };
  it.each<object>([{ target: 'prod/web' }, { target: 'prod', service: 'web' }, { target: written }])(
    'deploys with the shared machine: %j',
    async (input) => {
      const before = await world.runs('prod');
      const { status, message } = await world.deploy(input);
      expect({ status, message }).toEqual({
        status: 'FAILED',
        message: expect.stringContaining('The target prod allows no manual deployments'),
      });
      expect(await world.runs('prod')).toEqual(before);
    },
  );
});
