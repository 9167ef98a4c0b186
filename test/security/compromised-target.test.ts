import { expect, it } from 'vitest';
import { imageList, isDenied, startAttackedSystem } from './attacked-system.ts';

/* The attacker controls the test account: its administrator, and with it the role `test-deployment`. */
const world = await startAttackedSystem();
const { repository, push, bucket } = world;
const administrator = world.userWith('222222222222', ['*'], ['*']);
const deployer = world.as('arn:aws:iam::222222222222:role/test-deployment');
const TableName = world.system.table.name;

it('overwrites the artifact during the approval, and prod gets nothing', async () => {
  const [tested, evil] = [await push('tested', 'tested'), await push('evil', 'evil')];
  const before = await world.runs('prod');
  await world.releaseToTest(imageList(`${repository.uri}@${tested}`));
  const key = await world.readArtifactKey();
  const written = await Promise.allSettled(
    [administrator, deployer].map((calls) => world.putArtifact(key, imageList(`${repository.uri}@${evil}`), calls)),
  );
  const prod = await world.approve();
  if (written.some(({ status }) => status === 'fulfilled')) {
    expect(prod.message).toContain('has changed. When test/web read it');
    expect(await world.runs('prod')).toEqual(before);
  } else expect(await world.runs('prod')).toMatchObject({ app: `${repository.uri}@${tested}` });
});

it.each<[string, string, object]>([
  ['read a record', 'GetItem', { Key: world.recordKey('k') }],
  ['write a record', 'PutItem', { Item: { ...world.recordKey('k'), sha256: { S: 'x' } } }],
  ['delete a record', 'DeleteItem', { Key: world.recordKey('k') }],
])('cannot %s in the build account', async (_, operation, input) => {
  expect(await isDenied(deployer('dynamodb', operation, { TableName, ...input }))).toBe(true);
  // A table name in another account's call means that account's own table, which does not exist.
  await expect(administrator('dynamodb', operation, { TableName, ...input })).rejects.toMatchObject({
    name: expect.stringMatching(/ResourceNotFound|AccessDenied/),
  });
  expect(bucket).toContain('111111111111');
});
