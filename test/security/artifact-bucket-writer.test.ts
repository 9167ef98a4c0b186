import { expect, it } from 'vitest';
import { imageList, isDenied, startAttackedSystem } from './attacked-system.ts';

/*
 * The attacker is allowed to write every object of the artifact bucket with the bucket's key. Examples are a role of another project, or a target account that
 * the bucket's policy allows to write. The attacker is also allowed to push images to the repository, so every digest that the attacker names exists.
 */
const world = await startAttackedSystem();
const { bucket, repository, push } = world;
const attacker = world.userWith(
  '111111111111',
  ['s3:PutObject', 's3:GetObject', 'kms:GenerateDataKey', 'kms:Decrypt', 'ecr:PutImage'],
  ['*'],
);
const evil = await push('evil', 'evil', attacker);
const evilList = imageList(`${repository.uri}@${evil}`);

it('replaces the artifact during the approval, and prod gets nothing', async () => {
  const tested = await push('tested', 'tested');
  const before = await world.runs('prod');
  await world.releaseToTest(imageList(`${repository.uri}@${tested}`));
  const key = await world.readArtifactKey();
  await world.putArtifact(key, evilList, attacker);
  const prod = await world.approve();
  expect(prod.status).toBe('Failed');
  expect(prod.message).toContain(`The artifact s3://${bucket}/${key} has changed. When test/web read it at 20`);
  expect(prod.message).toMatch(/it had the SHA-256 [0-9a-f]{64} \(version .*\); now it has .*, written at 20/);
  expect(await world.runs('prod')).toEqual(before);
});

it('cannot get the replaced artifact deployed by a retry of the stage, or by a manual deployment', async () => {
  const before = await world.runs('prod');
  const key = await world.readArtifactKey();
  const retried = await world.retryProd();
  expect(retried.message).toContain('has changed. When test/web read it');
  const manual = await world.deploy({ target: 'prod/web', artifact: { bucket, key } });
  expect(manual.message).toContain('has changed. When test/web read it');
  expect(await world.runs('prod')).toEqual(before);
});

it('puts other bytes and then the tested ones back, which prod gets', async () => {
  const tested = await push('again', 'tested again');
  await world.releaseToTest(imageList(`${repository.uri}@${tested}`));
  const key = await world.readArtifactKey();
  const Body = await world.readArtifact(key, attacker);
  await world.putArtifact(key, evilList, attacker);
  await attacker('s3', 'PutObject', { Bucket: bucket, Key: key, Body });
  expect((await world.approve()).status).toBe('Succeeded');
  expect(await world.runs('prod')).toMatchObject({ app: `${repository.uri}@${tested}` });
});

it.each<[string, (key: string) => object]>([
  ['read its record', (key) => ({ operation: 'GetItem', Key: world.recordKey(key) })],
  ['replace its record', (key) => ({ operation: 'PutItem', Item: { ...world.recordKey(key), sha256: { S: 'x' } } })],
  ['delete its record', (key) => ({ operation: 'DeleteItem', Key: world.recordKey(key) })],
])('cannot %s', async (_, call) => {
  const { operation, ...input } = call(await world.readArtifactKey()) as { operation: string };
  expect(await isDenied(attacker('dynamodb', operation, { TableName: world.system.table.name, ...input }))).toBe(true);
});
