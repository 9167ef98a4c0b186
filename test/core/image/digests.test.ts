import { describe, expect, it } from 'vitest';
import { planDigestLookups } from '../../../core/image/digest-lookups.ts';
import { pinImages } from '../../../core/image/digests.ts';

const host = '111111111111.dkr.ecr.eu-west-1.amazonaws.com';
const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const app = { name: 'app', imageUri: `${host}/shop/web:1` };
const both = { name: 'both', imageUri: `${host}/shop/web:moved@${digest('b')}` };
const bare = { name: 'bare', imageUri: `${host}/shop/log` };
const outside = { name: 'proxy', imageUri: 'public.ecr.aws/nginx/nginx:stable' };
const web = { account: '111111111111', region: 'eu-west-1', repository: 'shop/web' };
const log = { ...web, repository: 'shop/log' };

describe('the queries to ECR', () => {
  it('are one per repository, by digest if there is one, and none for an image outside ECR', () => {
    expect(planDigestLookups([app, bare, both, outside])).toEqual([
      { repository: web, keys: [{ imageTag: '1' }, { imageDigest: digest('b') }] },
      { repository: log, keys: [{ imageTag: 'latest' }] },
    ]);
  });

  it('are separate for each Region and account', () => {
    const elsewhere = { name: 'far', imageUri: '222222222222.dkr.ecr.us-east-1.amazonaws.com/shop/web:1' };
    expect(planDigestLookups([app, elsewhere])).toHaveLength(2);
  });
});

describe('images with their digests', () => {
  const images = [app, bare, both, outside];
  const [first, second] = planDigestLookups(images);
  const found = (answer: (string | undefined)[] | 'no repository') =>
    answer === 'no repository' ? answer : answer.map((digest) => (digest === undefined ? undefined : { digest }));
  const answers = (one: (string | undefined)[] | 'no repository', two: (string | undefined)[] | 'no repository') => [
    { lookup: first!, answer: found(one) },
    { lookup: second!, answer: found(two) },
  ];

  it('puts the digest in place of the tag and leaves what is outside, with a warning', () => {
    expect(pinImages(images, answers([digest('a'), digest('b')], [digest('c')]))).toMatchObject({
      images: [
        { ...app, pinned: `${host}/shop/web@${digest('a')}` },
        { ...bare, pinned: `${host}/shop/log@${digest('c')}` },
        { ...both, pinned: `${host}/shop/web@${digest('b')}` },
        { ...outside, pinned: outside.imageUri },
      ],
      warnings: [
        'proxy: public.ecr.aws/nginx/nginx:stable is not in ECR; it was neither checked nor pinned to a digest.',
      ],
    });
  });

  it('are refused with the names of all missing images and repositories', () => {
    expect(() => pinImages(images, answers([undefined, undefined], 'no repository'))).toThrow(
      expect.objectContaining({
        name: 'ConfigurationError',
        message: `Not every image exists. app: the repository shop/web (account 111111111111, eu-west-1) has no image with the tag 1. bare: the repository shop/log (account 111111111111, eu-west-1) does not exist. both: the repository shop/web (account 111111111111, eu-west-1) has no image with the digest ${digest('b')}. Push what is missing, or correct the imageUri.`,
      }),
    );
  });

  it('have the same digest in two containers with the same image', () => {
    const twins = [app, { ...app, name: 'worker' }];
    const [lookup] = planDigestLookups(twins);
    expect(lookup?.keys).toEqual([{ imageTag: '1' }]);
    const { images: result } = pinImages(twins, [
      { lookup: lookup!, answer: [{ digest: digest('a'), platforms: ['linux/amd64'] }] },
    ]);
    expect(result[0]?.platforms).toEqual(['linux/amd64']);
    expect(result.map((image) => image.pinned)).toEqual(Array(2).fill(`${host}/shop/web@${digest('a')}`));
  });
});
