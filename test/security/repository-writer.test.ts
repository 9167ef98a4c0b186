import { expect, it } from 'vitest';
import { imageList, isDenied, startAttackedSystem } from './attacked-system.ts';

/*
 * The attacker is allowed to push to the service's repository and to delete from it, and nothing else. Examples are another project's build and a leaked key.
 */
const world = await startAttackedSystem();
const { repository, push } = world;
const arn = `arn:aws:ecr:eu-west-1:111111111111:repository/${repository.name}`;
const attacker = world.userWith('111111111111', ['ecr:PutImage', 'ecr:BatchGetImage', 'ecr:BatchDeleteImage'], [arn]);

const definition = (account: string, image: string) => ({
  family: 'web',
  requiresCompatibilities: ['FARGATE'],
  networkMode: 'awsvpc',
  cpu: '256',
  memory: '512',
  executionRoleArn: `arn:aws:iam::${account}:role/web-execution`,
  containerDefinitions: [
    { name: 'app', image: '<IMAGE>', essential: true, portMappings: [{ containerPort: 8080 }] },
    { name: 'sidecar', image, essential: false },
  ],
});

it('moves a tag during the approval, and prod still gets what test got, with a note', async () => {
  const tested = await push('moved', 'tested');
  await world.releaseToTest(imageList(`${repository.uri}:moved`));
  const evil = await push('moved', 'evil', attacker);
  const prod = await world.approve();
  expect(prod.status).toBe('Succeeded');
  expect(prod.message).toContain(`has moved since test/web got ${tested}`);
  expect(prod.message).toContain(`the tag names ${evil} now`);
  expect(prod.message).toContain(`Images: app=${repository.uri}@${tested}`);
  expect(await world.runs('prod')).toEqual(await world.runs('test'));
  expect(await world.runs('prod')).toMatchObject({ app: `${repository.uri}@${tested}` });
});

it('deletes the tested image, and prod gets no other one', async () => {
  const tested = await push('deleted', 'tested, then deleted');
  const before = await world.runs('prod');
  await world.releaseToTest(imageList(`${repository.uri}:deleted`));
  await push('deleted', 'evil in its place', attacker);
  await attacker('ecr', 'BatchDeleteImage', { repositoryName: repository.name, imageIds: [{ imageDigest: tested }] });
  const prod = await world.approve();
  expect(prod.status).toBe('Failed');
  expect(prod.message).toContain(`no longer has an image with the digest ${tested}, which test/web got`);
  expect(await world.runs('prod')).toEqual(before);
});

it('moves the tag of a sidecar in a task definition file, and a manual deployment to prod gets the first digest', async () => {
  const [app, sidecar] = [await push('app', 'an app'), await push('sidecar', 'a sidecar')];
  const files = {
    ...imageList(`${repository.uri}@${app}`),
    'test.json': definition('222222222222', `${repository.uri}:sidecar`),
    'prod.json': definition('333333333333', `${repository.uri}:sidecar`),
  };
  const artifact = await world.putArtifact('manual/sidecar.zip', files);
  expect((await world.deploy({ target: 'test/web', artifact, taskDefinition: 'test.json' })).status).toBe('SUCCEEDED');
  await push('sidecar', 'an evil sidecar', attacker);
  const { status, message } = await world.deploy({ target: 'prod/web', artifact, taskDefinition: 'prod.json' });
  expect(status).toBe('SUCCEEDED');
  expect(message).toContain('sidecar: the tag sidecar');
  expect(await world.runs('prod')).toEqual({
    app: `${repository.uri}@${app}`,
    sidecar: `${repository.uri}@${sidecar}`,
  });
});

it('can decide what a release deploys whose first target has not read the artifact, which an approver sees by the digest', async () => {
  const evil = await push('early', 'evil from the start', attacker);
  await world.releaseToTest(imageList(`${repository.uri}:early`));
  expect((await world.readDeployment('Test')).message).toContain(`Images: app=${repository.uri}@${evil}`);
  await world.approve();
  expect(await world.runs('prod')).toMatchObject({ app: `${repository.uri}@${evil}` });
});

it.each<[string, string, string, object]>([
  ['the table', 'dynamodb', 'GetItem', { TableName: world.system.table.name, Key: { pk: { S: 'a' }, sk: { S: 'b' } } }],
  ['the artifact bucket', 's3', 'PutObject', { Bucket: world.bucket, Key: 'attacked/Bundle/1', Body: Buffer.from('') }],
])('cannot use %s', async (_, service, operation, input) => {
  expect(await isDenied(attacker(service, operation, input))).toBe(true);
});
