import { describe, expect, it } from 'vitest';
import { imageList, isDenied, startAttackedSystem } from './attacked-system.ts';

/* The attacker controls the test account: its administrator, and so also the role `test-deployment`. */
const world = await startAttackedSystem();
const { repository, push, bucket } = world;
const administrator = world.userWith('222222222222', ['*'], ['*']);
const deployer = world.as('arn:aws:iam::222222222222:role/test-deployment');
const TableName = world.system.table.name;

it('cannot overwrite the artifact during the approval: prod gets what test ran', async () => {
  const [tested, evil] = [await push('tested', 'tested'), await push('evil', 'evil')];
  const before = await world.runs('prod');
  await world.releaseToTest(imageList(`${repository.uri}@${tested}`));
  const key = await world.readArtifactKey();
  for (const calls of [administrator, deployer])
    expect(await isDenied(world.putArtifact(key, imageList(`${repository.uri}@${evil}`), calls))).toBe(true);
  await world.approve();
  expect(before).not.toMatchObject({ app: `${repository.uri}@${tested}` });
  expect(await world.runs('prod')).toMatchObject({ app: `${repository.uri}@${tested}` });
});

it('can read the artifact, which the built-in action does with this role', async () => {
  const key = await world.readArtifactKey();
  expect((await world.readArtifact(key, deployer)).length).toBeGreaterThan(0);
});

const KeyId = world.system.key!.arn;
const RoleSessionName = 'attacker';
const Plaintext = Buffer.from('evil');

describe.each([
  ['the administrator', administrator],
  ['the deployment role', deployer],
] as const)('%s cannot', (_, calls) => {
  it.each<[string, string, string, object]>([
    ['encrypt with the artifact key', 'kms', 'Encrypt', { KeyId, Plaintext }],
    ['get a data key from it', 'kms', 'GenerateDataKey', { KeyId, KeySpec: 'AES_256' }],
    ['replace its policy', 'kms', 'PutKeyPolicy', { KeyId, Policy: '{}' }],
    ['replace the policy of the bucket', 's3', 'PutBucketPolicy', { Bucket: bucket, Policy: '{}' }],
    ['delete an artifact', 's3', 'DeleteObject', { Bucket: bucket, Key: 'k' }],
    [
      'become the deployment role of prod',
      'sts',
      'AssumeRole',
      { RoleArn: 'arn:aws:iam::333333333333:role/prod-deployment', RoleSessionName },
    ],
    [
      'become a viewer of prod',
      'sts',
      'AssumeRole',
      { RoleArn: 'arn:aws:iam::333333333333:role/prod-deployment-viewer', RoleSessionName },
    ],
  ])('%s', async (_what, service, operation, input) => {
    expect(await isDenied(calls(service, operation, input))).toBe(true);
  });
});

it.each<[string, string, object]>([
  ['read a record', 'GetItem', { Key: world.recordKey('k') }],
  ['write a record', 'PutItem', { Item: { ...world.recordKey('k'), sha256: { S: 'x' } } }],
  ['delete a record', 'DeleteItem', { Key: world.recordKey('k') }],
])('cannot %s in the build account', async (_, operation, input) => {
  expect(await isDenied(deployer('dynamodb', operation, { TableName, ...input }))).toBe(true);
  // In another account's call, a table name refers to a table of that account. That table does not exist.
  await expect(administrator('dynamodb', operation, { TableName, ...input })).rejects.toMatchObject({
    name: expect.stringMatching(/ResourceNotFound|AccessDenied/),
  });
  expect(bucket).toContain('111111111111');
});
