import { describe, expect, it } from 'vitest';
import { findRegistryErrors, isImageAllowed } from '../../../core/image/registries.ts';

const build = { account: '111111111111', region: 'eu-west-1' };
const host = '111111111111.dkr.ecr.eu-west-1.amazonaws.com';

describe('an image', () => {
  it.each<[string, string, string[], boolean]>([
    ["of the build account's own ECR", `${host}/web:1`, [], true],
    ['of its ECR in another Region', '111111111111.dkr.ecr.us-east-1.amazonaws.com/web:1', [], true],
    ['of its ECR by the dual-stack host', '111111111111.dkr-ecr.eu-west-1.on.aws/web:1', [], true],
    ['of its ECR by the FIPS host', '111111111111.dkr.ecr-fips.us-east-1.amazonaws.com/web:1', [], true],
    ['of the same account id in GovCloud', '111111111111.dkr.ecr.us-gov-west-1.amazonaws.com/web:1', [], false],
    [
      'of a listed ECR, by another form of its host',
      '222222222222.dkr-ecr.eu-west-1.on.aws/base/web:1',
      ['222222222222.dkr.ecr.eu-west-1.amazonaws.com/base'],
      true,
    ],
    [
      'of a listed dual-stack host, by the plain one',
      '222222222222.dkr.ecr.eu-west-1.amazonaws.com/base/web:1',
      ['222222222222.dkr-ecr.eu-west-1.on.aws/base'],
      true,
    ],
    [
      'of a listed ECR in another Region',
      '222222222222.dkr-ecr.us-east-1.on.aws/base/web:1',
      ['222222222222.dkr.ecr.eu-west-1.amazonaws.com/base'],
      false,
    ],
    ['of another repository of the build account', `${host}/other:1`, [], false],
    ['of a repository that begins like an allowed one', `${host}/web-admin:1`, [], false],
    ['of a repository that matches a pattern', `${host}/legacy/shop/cart:1`, [], true],
    ['of a repository with only the beginning of a pattern', `${host}/legacy:1`, [], false],
    ['of a listed pull-through cache', `${host}/ecr-public/nginx/nginx:1`, [`${host}/ecr-public`], true],
    ["of another account's ECR", '999999999999.dkr.ecr.eu-west-1.amazonaws.com/web:1', [], false],
    ['of the same account id in China', '111111111111.dkr.ecr.cn-north-1.amazonaws.com.cn/web:1', [], false],
    ['of a host that begins like ours', `${host}.evil.example/web:1`, [], false],
    ['of a path that looks like ours', `evil.example/${host}/web:1`, [], false],
    ['of Docker Hub, which the name omits', 'nginx', [], false],
    ['of a listed registry', 'public.ecr.aws/nginx/nginx:1', ['public.ecr.aws'], true],
    ['of a registry that begins like a listed one', 'public.ecr.aws.evil.example/web', ['public.ecr.aws'], false],
    ['of a listed part of a registry', 'ghcr.io/shop/web', ['ghcr.io/shop'], true],
    ['of a part that begins like it', 'ghcr.io/shopper/web', ['ghcr.io/shop'], false],
    ['of Docker Hub, listed', 'nginx:1', ['docker.io/library'], true],
    ['of another user of Docker Hub', 'evil/nginx:1', ['docker.io/library'], false],
    ['of a registry on a port', 'registry.example:5000/web', ['registry.example:5000'], true],
    ['that is not an image reference', 'https://evil.example', ['evil.example'], false],
  ])('%s', (_, image, registries, allowed) => {
    expect(isImageAllowed(image, { build, repositories: ['web', 'legacy/*'], registries })).toBe(allowed);
  });

  it('that is not allowed is named, with the sources and the setting that would allow it', () => {
    expect(
      findRegistryErrors(
        [
          { name: 'app', imageUri: 'evil.example/web' },
          { name: 'other', imageUri: `${host}/b:1` },
          { name: 'ok', imageUri: `${host}/a` },
        ],
        { build, repositories: ['a'], registries: ['ghcr.io'] },
      ),
    ).toEqual([
      `The image "evil.example/web" of 'app' is not allowed: add 'evil.example/web' to registries in gantry.config.ts, or push the image to an allowed one.`,
      `The image "${host}/b:1" of 'other' is not allowed: add 'b' to repositories in gantry.config.ts.`,
      'Images may come from 111111111111.dkr.ecr.<region>.amazonaws.com/a, ghcr.io.',
    ]);
  });
});
