import { describe, expect, it } from 'vitest';
import { createRecordAccount, host, plainBucket, refusalOf, versionedBucket } from './record-account.ts';

const world = await createRecordAccount();
const { job, push, put, record, start } = world;

const list = (tag: string, repository = 'legacy/web') => ({
  'imagedefinitions.json': [{ name: 'app', imageUri: `${host}/${repository}:${tag}` }],
});
const pinnedBy = async (release: ReturnType<typeof job>) => (await release).images.map(({ pinned }) => pinned);
let keys = 0;
/** A new key with an artifact that lists the image, and a tag of its own with the first digest. */
async function putNew(more: object = {}, bucket = versionedBucket) {
  keys += 1;
  const [key, tag] = [`team/Built/${keys}`, `tag-${keys}`];
  const first = await push(tag, `first ${keys}`);
  const version = await put(key, { ...list(tag), ...more }, bucket);
  return { key, tag, first: `${host}/legacy/web@${first}`, digest: first, version };
}

describe('the first target that reads an artifact', () => {
  it('records its hash, its version and the digest of each image, and nothing else of its content', async () => {
    const { key, tag, digest, version } = await putNew({ 'secret.json': 'not to be recorded' });
    await job(key);
    const item = await record(key);
    const sha256 = String(item?.sha256);
    const { at, expires, ...rest } = item ?? {};
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(rest).toEqual({
      pk: `artifact#${versionedBucket}/${key}`,
      sk: 'record',
      sha256,
      versionId: version,
      target: 'test/web',
      [`digest ${sha256} 111111111111/eu-west-1/legacy/web:${tag}`]: { digest, at, target: 'test/web' },
    });
    expect(Number(expires) - Date.parse(String(at)) / 1000).toBeGreaterThan(399 * 24 * 3600);
  });

  it('records the hash without a version in a bucket without versions', async () => {
    const { key } = await putNew({}, plainBucket);
    await job(key, { bucket: plainBucket });
    expect(await record(key, plainBucket)).not.toHaveProperty('versionId');
  });

  it('names the digest, the hash and the version in the release', async () => {
    const { key, first, version } = await putNew();
    const release = await job(key);
    expect(release.images.map(({ pinned }) => pinned)).toEqual([first]);
    expect(release.artifact).toEqual({
      name: 'Built',
      bucket: versionedBucket,
      key,
      versionId: version,
      sha256: (await record(key))?.sha256,
    });
  });
});

/** Ways in which a later target reads the same object. */
const laterReads: [string, (key: string, version: string | undefined) => ReturnType<typeof job>][] = [
  ['another target of the pipeline', (key) => job(key, { target: 'prod' })],
  ['a retry of the same target', (key) => job(key)],
  ['a manual deployment', (key) => start({ target: 'prod/web', artifact: { bucket: versionedBucket, key } })],
  [
    'a manual deployment of the same version',
    (key, versionId) => start({ target: 'prod/web', artifact: { bucket: versionedBucket, key, versionId } }),
  ],
  ['another pipeline with the same bucket', (key) => job(key, { pipeline: { name: 'other', stage: 'Deploy' } })],
];

describe.each(laterReads)('%s', (_, read) => {
  it('gets the first digest of a tag that has moved, with a note', async () => {
    const { key, tag, first, digest, version } = await putNew();
    await job(key);
    const moved = await push(tag, `moved ${keys}`);
    const { images, warnings } = await read(key, version);
    expect(images.map(({ pinned }) => pinned)).toEqual([first]);
    expect(warnings.join(' ')).toContain(`app: the tag ${tag} of the repository legacy/web`);
    expect(warnings.join(' ')).toContain(`has moved since test/web got ${digest}`);
    expect(warnings.join(' ')).toContain(`the tag names ${moved} now`);
  });

  it('gets no note if the tag has not moved', async () => {
    const { key, version } = await putNew();
    await job(key);
    expect((await read(key, version)).warnings).toEqual([]);
  });

  it('is refused if ECR no longer has the digest, although the tag exists', async () => {
    const { key, tag, digest, version } = await putNew();
    await job(key);
    await push(tag, `moved ${keys}`);
    await world.deleteImage(digest);
    const message = await refusalOf(read(key, version));
    expect(message).toMatch(/^RevisionUnavailable: Not every image exists any more\./);
    expect(message).toContain(
      `no longer has an image with the digest ${digest}, which test/web got from this artifact`,
    );
  });
});

describe.each(laterReads.filter(([name]) => !name.includes('version')))('%s', (_, read) => {
  it('is refused if the object has other bytes, and told what changed and when', async () => {
    const { key, tag, version } = await putNew();
    await job(key);
    const before = (await record(key))?.sha256;
    const changed = await put(key, list(tag, 'legacy/proxy'));
    const message = await refusalOf(read(key, version));
    expect(message).toMatch(/^RevisionUnavailable: The artifact s3:\/\/.* has changed\. When test\/web read it at 20/);
    expect(message).toContain(`it had the SHA-256 ${before} (version ${version})`);
    expect(message).toMatch(new RegExp(`now it has the SHA-256 [0-9a-f]{64} \\(version ${changed}\\), written at 20`));
    expect(message).toContain('Nothing was deployed to');
    expect((await record(key))?.sha256).toBe(before);
  });

  it('is refused for its bytes before anything else that is wrong with them', async () => {
    const { key, version } = await putNew();
    await job(key);
    await put(key, list('none'));
    expect(await refusalOf(read(key, version))).toMatch(/^RevisionUnavailable: The artifact/);
  });
});

describe('the same bytes', () => {
  it('are the same artifact under another version, as if CodePipeline had written it twice', async () => {
    const { key, tag, first } = await putNew();
    await job(key);
    await put(key, list(tag));
    expect(await pinnedBy(job(key, { target: 'prod' }))).toEqual([first]);
  });

  it('at another key are another artifact, so a new release gets the new digest', async () => {
    const { key, tag } = await putNew();
    await job(key);
    const moved = await push(tag, `moved ${keys}`);
    await put(`${key}-again`, list(tag));
    expect(await pinnedBy(job(`${key}-again`))).toEqual([`${host}/legacy/web@${moved}`]);
  });
});

describe('a person who names the version', () => {
  it('gets that version, with a warning if it is not what the pipeline deployed', async () => {
    const { key, tag } = await putNew();
    await job(key);
    const versionId = await put(key, list(tag, 'legacy/web'), versionedBucket);
    const other = await put(key, { ...list(tag), 'more.json': [] });
    const manual = (version: string | undefined) =>
      start({ target: 'test/web', artifact: { bucket: versionedBucket, key, versionId: version } });
    expect((await manual(versionId)).warnings).toEqual([]);
    expect((await manual(other)).warnings.join()).toContain('is not what test/web read at');
  });

  it('does not decide what the pipeline gets later', async () => {
    const { key, tag, version } = await putNew();
    await put(key, { ...list(tag), 'newer.json': [] });
    await start({ target: 'test/web', artifact: { bucket: versionedBucket, key, versionId: version } });
    expect(await refusalOf(job(key))).toBe('no error');
  });
});

describe('every image reference is recorded', () => {
  it.each([
    [
      'the same tag by another host name of ECR',
      `${host.replace('.dkr.ecr.', '.dkr-ecr.').replace('amazonaws.com', 'on.aws')}`,
    ],
    ['the same tag by the FIPS host name', host.replace('.ecr.', '.ecr-fips.')],
  ])('%s is the same image', async (_, other) => {
    const { key, tag, digest } = await putNew({ 'prod.json': [{ name: 'app', imageUri: '' }] });
    const both = { ...list(tag), 'prod.json': [{ name: 'app', imageUri: `${other}/legacy/web:${tag}` }] };
    await put(`${key}/b`, both);
    await job(`${key}/b`);
    await push(tag, `moved ${keys}`);
    expect(await pinnedBy(job(`${key}/b`, { properties: { FileName: 'prod.json' } }))).toEqual([
      `${other}/legacy/web@${digest}`,
    ]);
  });

  it('a missing tag is latest', async () => {
    const digest = await push('latest', 'the latest of them');
    const key = 'team/Built/latest';
    await put(key, { ...list('latest'), 'b.json': [{ name: 'app', imageUri: `${host}/legacy/web` }] });
    await job(key);
    await push('latest', 'a newer one');
    expect(await pinnedBy(job(key, { properties: { FileName: 'b.json' } }))).toEqual([`${host}/legacy/web@${digest}`]);
  });

  it('the files of two services in one artifact are both fixed, each by the first target that reads it', async () => {
    const { key, tag, first } = await putNew({ 'proxy.json': list('shared', 'legacy/proxy')['imagedefinitions.json'] });
    const proxy = await push('shared', `proxy ${keys}`, 'legacy/proxy');
    await job(key);
    await job(key, { properties: { FileName: 'proxy.json' } });
    await push('shared', `proxy moved ${keys}`, 'legacy/proxy');
    await push(tag, `moved ${keys}`);
    expect(await pinnedBy(job(key, { target: 'prod' }))).toEqual([first]);
    expect(await pinnedBy(job(key, { target: 'prod', properties: { FileName: 'proxy.json' } }))).toEqual([
      `${host}/legacy/proxy@${proxy}`,
    ]);
  });

  it('the image of a sidecar in a task definition file is fixed, too', async () => {
    const sidecar = `${host}/legacy/proxy:sidecar`;
    const digest = await push('sidecar', 'a sidecar', 'legacy/proxy');
    const containerDefinitions = [
      { name: 'app', image: '<IMAGE1>' },
      { name: 'proxy', image: sidecar },
      { name: 'outside', image: 'public.ecr.aws/nginx/nginx:1' },
    ];
    const { key } = await putNew({ 'taskdef.json': { family: 'web', containerDefinitions } });
    const read = () => job(key, { properties: { TaskDefinition: 'taskdef.json' } });
    const fixed = { name: 'proxy', imageUri: sidecar, pinned: `${host}/legacy/proxy@${digest}` };
    expect((await read()).base).toMatchObject({ images: [fixed, { name: 'outside' }] });
    await push('sidecar', 'a newer sidecar', 'legacy/proxy');
    const { base, warnings } = await read();
    expect(base).toMatchObject({ images: [fixed, { name: 'outside' }] });
    expect(warnings.join(' ')).toContain('proxy: the tag sidecar');
  });
});

it('of two targets that read at the same moment, the second to record a digest gets that of the first', async () => {
  const { key, tag, first } = await putNew();
  let other: string[] = [];
  /** After the other target's lookup in ECR and before the target's record, the tag moves and a second target reads the artifact. */
  world.beforeDigestsAreRecorded(async () => {
    await push(tag, `moved ${keys}`);
    other = await pinnedBy(job(key, { target: 'prod' }));
  });
  expect(await pinnedBy(job(key))).toEqual(other);
  expect(other).not.toEqual([first]);
  expect(await pinnedBy(job(key))).toEqual(other);
});

describe('if the table does not answer', () => {
  const at = (name: string, action = 'Deploy') => ({ name, stage: 'Prod', action, executionId: 'e' });

  it.each<[string, object | undefined, RegExp]>([
    ['behind an approval', at('approved'), /behind the approval Approve of the pipeline approved/],
    ['of a pipeline that cannot be read', at('gone'), /could not be read, so it counts as behind one/],
    ['that its pipeline does not contain', at('free', 'Renamed'), /could not be read, so it counts as behind one/],
    ['without a pipeline', undefined, /could not be read, so it counts as behind one/],
  ])('an action %s is refused, to be tried again', async (_, pipeline, words) => {
    await world.createPipeline('approved', { approval: true }).catch(() => undefined);
    await world.createPipeline('free', { approval: false }).catch(() => undefined);
    const { key } = await putNew();
    const message = await refusalOf(world.withoutTable(() => job(key, { pipeline, target: 'prod' })));
    expect(message).toMatch(/^SystemUnavailable: The record of the artifact could not be read or written/);
    expect(message).toMatch(words);
  });

  it.each(['GetItem', 'UpdateItem'])('an action behind an approval is refused if only %s fails', async (operation) => {
    await world.createPipeline('approved', { approval: true }).catch(() => undefined);
    const { key, tag } = await putNew();
    await job(key);
    // If the bytes differ, Gantry reads the record. If no target has read a file, Gantry writes its digests.
    const file = { 'other.json': list('shared', 'legacy/proxy')['imagedefinitions.json'] };
    await push('shared', 'the shared one', 'legacy/proxy').catch(() => undefined);
    if (operation === 'GetItem') await put(key, { ...list(tag), ...file });
    const prod = () => job(key, { pipeline: at('approved'), target: 'prod' });
    expect(await refusalOf(world.whileDenied(operation, prod))).toMatch(
      /^SystemUnavailable: The record of the artifact/,
    );
  });

  it('an action without an approval before it goes on, with a warning', async () => {
    await world.createPipeline('unapproved', { approval: false });
    const { key } = await putNew();
    const { warnings } = await world.withoutTable(() => job(key, { pipeline: at('unapproved') }));
    expect(warnings.join()).toContain('Gantry could not check that test/web gets what other targets get');
  });

  it('a manual deployment goes on, with a warning', async () => {
    const { key } = await putNew();
    const input = { target: 'prod/web', artifact: { bucket: versionedBucket, key } };
    expect((await world.withoutTable(() => start(input))).warnings).toHaveLength(1);
  });

  it('a manual deployment without an artifact needs no record', async () => {
    const { tag } = await putNew();
    const input = { target: 'prod/web', images: [{ name: 'app', imageUri: `${host}/legacy/web:${tag}` }] };
    expect((await world.withoutTable(() => start(input))).warnings).toEqual([]);
  });
});
