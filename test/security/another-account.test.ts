import { describe, expect, it } from 'vitest';
import { imageList, isDenied, startAttackedSystem } from './attacked-system.ts';

/* The attacker is the administrator of another account. The account can be in the same organization or not, because no policy of Gantry names organizations. */
const world = await startAttackedSystem();
const { bucket, repository } = world;
const attacker = world.userWith('999999999999', ['*'], ['*']);
const { machine, rollbackMachine, functions, roles, key } = world.system;
const region = 'eu-west-1';
const event = {
  EventBusName: `arn:aws:events:${region}:111111111111:event-bus/default`,
  Source: 'gantry',
  DetailType: 'Gantry Deployment Failed',
  Detail: '{}',
};

describe('the administrator of another account cannot', () => {
  it.each<[string, string, string, object]>([
    ['read an artifact', 's3', 'GetObject', { Bucket: bucket, Key: 'k' }],
    ['list the artifacts', 's3', 'ListObjectsV2', { Bucket: bucket }],
    ['encrypt with the artifact key', 'kms', 'GenerateDataKey', { KeyId: key!.arn, KeySpec: 'AES_256' }],
    ['start a deployment', 'states', 'StartExecution', { stateMachineArn: machine.arn, input: '{}' }],
    ['start a rollback', 'states', 'StartExecution', { stateMachineArn: rollbackMachine.arn, input: '{}' }],
    ['send an event of Gantry to the bus', 'events', 'PutEvents', { Entries: [event] }],
    [
      'pull an image',
      'ecr',
      'BatchGetImage',
      { registryId: '111111111111', repositoryName: repository.name, imageIds: [{ imageTag: 'latest' }] },
    ],
  ])('%s', async (_, service, operation, input) => {
    expect(await isDenied(attacker(service, operation, input))).toBe(true);
  });

  it('write an artifact', async () => {
    expect(await isDenied(world.putArtifact('web-shop-production/Build/x', imageList('evil'), attacker))).toBe(true);
  });

  it.each(functions.map(({ arn }) => [arn.split(':').at(-1), arn]))('invoke %s', async (_, FunctionName) => {
    expect(await isDenied(attacker('lambda', 'Invoke', { FunctionName }))).toBe(true);
  });

  it.each(roles.map(({ name, arn }) => [name, arn]))('become %s', async (_, RoleArn) => {
    for (const ExternalId of [undefined, 'guess']) {
      const input = { RoleArn, RoleSessionName: 'attacker', ...(ExternalId && { ExternalId }) };
      expect(await isDenied(attacker('sts', 'AssumeRole', input))).toBe(true);
    }
  });
});
