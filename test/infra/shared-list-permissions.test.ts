import { describe, expect, it } from 'vitest';
import { type Config, validateConfig } from '../../core/config/check.ts';
import { resolveInstallation } from '../../infra/installation.ts';
import { functionPolicy } from '../../infra/policies-functions.ts';
import { deploymentTrust } from '../../infra/target-trust.ts';

const place = { account: '222222222222', region: 'eu-west-1', cluster: 'shop' };
const service = (name: string) => ({ name, containers: ['app'], executionRole: 'web' });
const named = [service('web'), service('jobs')];
const match = (services: string | string[]) => ({ services, passRoles: ['web'] });
const readers = 'arn:aws:iam::111111111111:role/gantry-production-read-images';

const createConfig = (test: object, deploys: string[]): Config =>
  validateConfig({
    name: 'gantry',
    build: { account: '111111111111', region: 'eu-west-1' },
    targets: [
      { name: 'test', ...place, ...test },
      { name: 'prod', ...place, account: '333333333333', services: named, allowedPipelines: ['shop-*'] },
    ],
    pipelines:
      deploys.length === 0 ? [] : [{ name: 'shop', source: { type: 's3', bucket: 'sources', key: 'a.zip' }, deploys }],
  } as never);

/** The targets whose roles Read Images is allowed to assume by its own policy, and the targets that trust Read Images. */
function listEntered(config: Config) {
  const installation = resolveInstallation(config, 'production', 'arn:aws:kms:eu-west-1:111111111111:key/1');
  const own = functionPolicy(installation, 'read-images').Statement.filter(({ Action }) =>
    Action.includes('sts:AssumeRole'),
  );
  return {
    own: own.flatMap(({ Resource = [] }) => Resource.map((arn) => arn.replace(/.*\/(.*)-deployment$/, '$1'))),
    trusting: config.targets
      .filter((target) => JSON.stringify(deploymentTrust(installation, target)).includes(readers))
      .map(({ name }) => name),
  };
}

describe('Read Images is allowed to enter a target only if a pipeline can deploy a service there that only a pattern allows', () => {
  it.each<[what: string, test: object, deploys: string[], entered: string[]]>([
    ['named services, and a created pipeline', { services: named }, ['test/web', 'test/jobs'], []],
    ['named services, and existing pipelines', { services: named, allowedPipelines: ['*'] }, [], []],
    ['a pattern, and existing pipelines', { match: match('shop-*'), allowedPipelines: ['shop-*'] }, [], ['test']],
    ['a pattern beside names', { services: named, match: match('*'), allowedPipelines: ['a'] }, [], ['test']],
    ['a pattern, and a created pipeline that deploys by it', { match: match('*') }, ['test/a', 'test/b'], ['test']],
    ['a pattern, and a created pipeline for names only', { services: named, match: match('*') }, ['test/web'], []],
    ['a pattern, and a created pipeline for another target', { match: match('*') }, ['prod/web'], []],
    ['a pattern, and no pipeline', { match: match('*') }, [], []],
    [
      'a pattern, and a list of pipelines of a named service only',
      { services: [{ ...service('web'), allowedPipelines: ['shop-*'] }], match: match('*') },
      [],
      [],
    ],
    [
      'patterns without a star that are names in services',
      { services: named, match: match(['web', 'jobs']), allowedPipelines: ['*'] },
      [],
      [],
    ],
    [
      'a pattern without a star for another name',
      { services: named, match: match(['web', 'cart']), allowedPipelines: ['*'] },
      [],
      ['test'],
    ],
  ])('%s', (_, test, deploys, entered) => {
    expect(listEntered(createConfig(test, deploys))).toEqual({ own: entered, trusting: entered });
  });
});
