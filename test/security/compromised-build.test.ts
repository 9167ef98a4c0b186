import { describe, expect, it } from 'vitest';
import example from '../../infra/config.ts';
import { resolveInstallation } from '../../infra/installation.ts';
import { imageList, isDenied, startAttackedSystem } from './attacked-system.ts';

/* The attacker runs code in a build of the pipeline, with the deployed role of the CodeBuild project. */
const world = await startAttackedSystem();
const { bucket, repository, push } = world;
const here = resolveInstallation(example, 'production', '');
const attacker = world.as(here.createdPipelines[0]!.buildRole);
const TableName = world.system.table.name;

it('can push an image and name it in its own release, and the approver sees the digest that test ran', async () => {
  const own = await push('own', 'its own image', attacker);
  await world.releaseToTest(imageList(`${repository.uri}:own`));
  expect((await world.readDeployment('Test')).message).toContain(`app=${repository.uri}@${own}`);
});

it('cannot change what prod gets after that, by its tag or by the artifact', async () => {
  const key = await world.readArtifactKey();
  const tested = await world.runs('test');
  const evil = await push('own', 'another image', attacker);
  const other = imageList(`${repository.uri}@${evil}`);
  await world.putArtifact(key, other, attacker).catch(() => undefined);
  const { message } = await world.approve();
  expect(message).toMatch(/has changed\. When test\/web read it|has moved since test\/web got/);
  expect(Object.values(await world.runs('prod'))).not.toContain(`${repository.uri}@${evil}`);
  expect(await world.runs('test')).toEqual(tested);
});

it('cannot write the source that the next build builds, nor the artifact of another pipeline', async () => {
  const pipeline = here.createdPipelines[0]!.names.pipeline;
  const other = await world.readArtifactKey();
  for (const key of [`${pipeline}/Source/abcdefg`, `${pipeline}/Other/abcdefg`, 'another/Build/abcdefg', 'a', other])
    expect([key, await isDenied(world.putArtifact(key, imageList('evil'), attacker))]).toEqual([key, true]);
});

describe('cannot use the records of artifacts', () => {
  it.each<[string, string, object]>([
    ['read one', 'GetItem', { Key: world.recordKey('k') }],
    ['write one', 'PutItem', { Item: { ...world.recordKey('k'), sha256: { S: 'x' } } }],
    ['change one', 'UpdateItem', { Key: world.recordKey('k'), UpdateExpression: 'REMOVE sha256' }],
    ['delete one', 'DeleteItem', { Key: world.recordKey('k') }],
  ])('%s', async (_, operation, input) => {
    expect(await isDenied(attacker('dynamodb', operation, { TableName, ...input }))).toBe(true);
  });
});

describe('another role of Gantry cannot write a record either', () => {
  it.each([
    'check-target',
    'decide-rollback',
    'record-start',
    'register-revision',
    'take-job',
    'take-lease',
    'wake',
    'report-success',
  ])('%s', async (file) => {
    const calls = world.as(here.role(here.names.of(file)));
    for (const operation of ['UpdateItem', 'DeleteItem'])
      expect(await isDenied(calls('dynamodb', operation, { TableName, Key: world.recordKey('k') }))).toBe(true);
    const Item = { ...world.recordKey('k'), sha256: { S: 'x' } };
    expect(await isDenied(calls('dynamodb', 'PutItem', { TableName, Item }))).toBe(true);
  });

  it('and the role that writes records can write nothing else', async () => {
    const calls = world.as(here.role(here.names.of('read-images')));
    const Key = { pk: { S: 'service#222222222222/eu-west-1/web-shop/web' }, sk: { S: 'lease' } };
    expect(await isDenied(calls('dynamodb', 'UpdateItem', { TableName, Key }))).toBe(true);
    expect(await isDenied(calls('dynamodb', 'GetItem', { TableName, Key }))).toBe(true);
    expect(await isDenied(calls('dynamodb', 'GetItem', { TableName, Key: world.recordKey(`${bucket}/k`) }))).toBe(
      false,
    );
  });
});
