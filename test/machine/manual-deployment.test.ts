import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import JSZip from 'jszip';
import { beforeAll, describe, expect, it } from 'vitest';
import { getFirstPipeline } from '../../local/run/first-pipeline.ts';
import { type ReleaseSystem, startReleaseSystem } from './release-system.ts';

const samples = join(import.meta.dirname, '..', '..', 'events');
const first = 'arn:aws:ecs:eu-west-1:222222222222:task-definition/web:1';
const roleArn = 'arn:aws:iam::222222222222:role/test-deployment';

let environment: ReleaseSystem;
let image: (tag: string) => { name: string; imageUri: string }[];

/** Puts a build's artifact into the bucket. */
async function put(key: string, tag: string): Promise<{ bucket: string; key: string }> {
  const zip = new JSZip().file('imagedefinitions.json', JSON.stringify(image(tag)));
  const at = { bucket: getFirstPipeline(environment.system).bucket.name, key };
  const Body = await zip.generateAsync({ type: 'nodebuffer' });
  await environment.build('s3', 'PutObject', { Bucket: at.bucket, Key: key, Body });
  return at;
}

const deploy = async (input: unknown) => environment.end(await environment.begin(input));

/** Returns every revision of the family; deploying a registered revision unchanged adds none. */
const revisions = async () => {
  const answer = await environment.testAccount('ecs', 'ListTaskDefinitions', { familyPrefix: 'web' });
  return (answer as { taskDefinitionArns: string[] }).taskDefinitionArns;
};

const imageThatRuns = async () => {
  const { taskDefinition } = await environment.service();
  const answer = await environment.testAccount('ecs', 'DescribeTaskDefinition', { taskDefinition });
  return (answer as { taskDefinition: { containerDefinitions: { image: string }[] } }).taskDefinition
    .containerDefinitions[0]!.image;
};

beforeAll(async () => {
  environment = await startReleaseSystem();
  image = (tag) => [{ name: 'app', imageUri: `${getFirstPipeline(environment.system).repository.uri}:${tag}` }];
  await environment.push('1.0.0', {});
  await environment.push('2.0.0', {});
  await environment.push('crash', { then: 'crash' });
});

describe('a manual deployment', () => {
  it('deploys the given images and records requester and reason', async () => {
    const why = { by: 'on-call', reason: 'The second is better.' };
    const done = await deploy({ target: 'test/web', images: image('2.0.0'), ...why });
    expect(done).toMatchObject({ status: 'SUCCEEDED', output: { release: why } });
    expect(await imageThatRuns()).toMatch(/@sha256:[0-9a-f]{64}$/);
  });

  it('deploys an older artifact with its own images', async () => {
    const artifact = await put('shop/Build/older', '1.0.0');
    const running = await imageThatRuns();
    expect(await deploy({ target: 'test/web', artifact })).toMatchObject({ status: 'SUCCEEDED' });
    expect(await imageThatRuns()).not.toBe(running);
  });

  it.each(['web:1', first])('deploys the given revision %s unchanged', async (revision) => {
    await deploy({ target: 'test/web', images: image('2.0.0') });
    const before = await revisions();
    const done = await deploy({ target: 'test/web', revision });
    expect(done).toMatchObject({ status: 'SUCCEEDED', output: { revision: { taskDefinition: first, same: false } } });
    expect((await environment.service()).taskDefinition).toBe(first);
    expect(await revisions()).toEqual(before);
  });

  it('redeploys a given revision that already runs', async () => {
    const { taskDefinition, deployments } = await environment.service();
    const done = await deploy({ target: 'test/web', revision: taskDefinition.split('/')[1] });
    expect(done).toMatchObject({ status: 'SUCCEEDED', output: { revision: { taskDefinition, same: true } } });
    expect((await environment.service()).deployments[0]!.id).not.toBe(deployments[0]!.id);
  });

  it('redeploys the running revision, also of a service whose target is spelled out', async () => {
    const { taskDefinition, deployments } = await environment.service();
    const target = { roleArn, region: 'eu-west-1', cluster: 'web-shop', service: 'web' };
    expect(await deploy({ target })).toMatchObject({
      status: 'SUCCEEDED',
      output: { release: { target: { name: 'test/web' } } },
    });
    const after = await environment.service();
    expect(after.taskDefinition).toBe(taskDefinition);
    expect(after.deployments[0]!.id).not.toBe(deployments[0]!.id);
  });

  it('of a given revision that fails is rolled back like any other', async () => {
    await deploy({ target: 'test/web', images: image('crash') });
    const bad = (await revisions()).at(-1)!;
    await deploy({ target: 'test/web', revision: 'web:1' });
    const done = await deploy({ target: 'test/web', revision: bad });
    expect(done).toMatchObject({ status: 'FAILED', error: 'JobFailed' });
    expect((await environment.steady()).taskDefinition).toBe(first);
  });
});

describe('an error', () => {
  it.each<[string, unknown, string]>([
    ['an unknown target', { target: 'test/api' }, 'target: must be one of test/web, prod/web'],
    ['an unknown property', { target: 'test/web', image: 'x' }, 'There is no property "image".'],
    [
      'something that is no revision',
      { target: 'test/web', revision: 'newest' },
      'revision: must be a revision such as web:12',
    ],
    [
      'both images and a revision',
      { target: 'test/web', revision: 'web:1', images: [{ name: 'app', imageUri: 'nginx:1' }] },
      'revision: cannot be combined with images',
    ],
    ['more than a day', { target: 'test/web', bakeMinutes: 1400 }, 'bakeMinutes: must leave room for the time-out'],
    ['nothing', {}, 'target: must be'],
    ['a typo', { targt: 'test/web' }, 'There is no property "targt".'],
    ['an incomplete job', { job: {} }, 'There is no property "job".'],
    ['a list', [{ target: 'test/web' }], 'The whole of it: must be a JSON object; found a list of 1.'],
    ['an empty list', [], 'found a list of 0.'],
    ['a text', 'test/web', 'must be a JSON object; found "test/web".'],
    ['a number', 12, 'found 12.'],
    ['yes', true, 'found true.'],
    ['null', null, 'found null.'],
  ])('in the input (%s) ends the execution in its first state, and shows a correct input', async (_, input, words) => {
    const before = await environment.service();
    const done = await deploy(input);
    expect(done).toMatchObject({ status: 'FAILED', error: 'ConfigurationError' });
    expect(done.cause).toContain(words);
    expect(done.cause).toContain('A correct input: {"target": "test/web"');
    expect(done.states.filter((name) => !/^(Check|Wrap) Input$|^Is Rollback Pending$/.test(name))).toEqual([
      'Read Images',
      'Report Failure',
      'Release Failed',
    ]);
    expect(await environment.service()).toEqual(before);
  });

  it('that only the target account can reveal changes nothing', async () => {
    const before = await environment.service();
    const done = await deploy({ target: 'test/web', revision: 'web:999' });
    expect(done).toMatchObject({ status: 'FAILED', error: 'ConfigurationError' });
    expect(done.cause).toContain('The revision web:999 does not exist in account 222222222222');
    expect(await environment.service()).toEqual(before);
  });
});

it.each(readdirSync(samples).filter((name) => name.startsWith('deploy.')))(
  'the sample %s has the result that its name says',
  async (name) => {
    await put('samples/build.zip', '1.0.0');
    const done = await deploy(JSON.parse(readFileSync(join(samples, name), 'utf8')));
    expect([done.status, done.error]).toEqual(
      name.includes('mistake') ? ['FAILED', 'ConfigurationError'] : ['SUCCEEDED', undefined],
    );
  },
);
