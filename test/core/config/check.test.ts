import { describe, expect, it } from 'vitest';
import {
  assertNoPlaceholders,
  type ConfigInput,
  findConfigErrors,
  validateConfig,
} from '../../../core/config/check.ts';
import { supportedRegions } from '../../../core/config/regions.ts';
import { deploymentRoleArn, getTargetByName, listTargets } from '../../../core/config/targets.ts';
import example from '../../../infra/config.ts';

const service = { name: 'web', containers: ['app'], executionRole: 'web-execution' };
const migrate = { name: 'migrate', container: 'app', command: ['bin/rake', 'db:migrate'], timeoutMinutes: 30 };
const target = { name: 'test', account: '210987654321', region: 'eu-west-1', cluster: 'shop', services: [service] };
const good: ConfigInput = {
  name: 'gantry',
  build: { account: '109876543210', region: 'eu-west-1' },
  targets: [target],
};
const pipeline = { name: 'shop', source: { type: 's3', bucket: 'sources', key: 'shop.zip' }, deploys: ['test/web'] };

/** Returns the valid configuration with a change of one target, or of one service of the target. */
const withTarget = (change: object): unknown => ({ ...good, targets: [{ ...target, ...change }] });
const withService = (change: object): unknown => withTarget({ services: [{ ...service, ...change }] });
/** Returns the valid configuration with a changed pipeline that Gantry creates. */
const withPipeline = (change: object): unknown => ({ ...good, pipelines: [{ ...pipeline, ...change }] });
const connection = (change: object): unknown =>
  withPipeline({
    source: {
      type: 'connection',
      connection: 'arn:aws:codeconnections:eu-west-1:109876543210:connection/6f1c9b9e-7f0a-4b1c-9d3e-2f4a5b6c7d8e',
      repository: 'owner/shop',
      branch: 'main',
      ...change,
    },
  });

describe('a configuration', () => {
  it('is returned with its defaults', () => {
    expect(findConfigErrors(withPipeline({}))).toEqual([]);
    expect(validateConfig(withPipeline({}) as ConfigInput)).toMatchObject({
      provider: 'Gantry',
      pipelines: [{ build: { tags: 'mutable' } }],
      targets: [
        {
          approval: false,
          events: 'forwarded',
          setUp: 'sst',
          services: [{ taskRoles: [], alarms: [], fileName: 'imagedefinitions.json', timeoutMinutes: 60 }],
        },
      ],
    });
  });

  it.each([
    ['the example', example],
    ['a target in the build account', withTarget({ account: '109876543210' })],
    ['a connection', connection({})],
    [
      'a connection of the older name',
      connection({
        connection:
          'arn:aws:codestar-connections:us-east-1:109876543210:connection/6f1c9b9e-7f0a-4b1c-9d3e-2f4a5b6c7d8e',
      }),
    ],
    ['a repository whose name has slashes', connection({ repository: 'group/sub/shop' })],
    ['a role with a path', withTarget({ role: 'teams/shop/deployer' })],
    ['a service that Gantry creates', withService({ create: {} })],
    ['no pipeline to create', { ...good, pipelines: [] }],
    ['a whole day of tasks', withService({ timeoutMinutes: 60, preDeploy: [{ ...migrate, timeoutMinutes: 1380 }] })],
    [
      'tasks',
      withService({
        preDeploy: [migrate],
        postDeploy: [{ name: 'smoke', container: 'app', timeoutMinutes: 5, cpu: 256, memory: 512 }],
      }),
    ],
    [
      'a service that no pipeline deploys',
      withTarget({ services: [service, { ...service, name: 'api', fileName: 'api.json' }] }),
    ],
    [
      'two services with one role that Gantry creates',
      withTarget({ services: ['a', 'b'].map((name) => ({ ...service, name, create: {} })) }),
    ],
    [
      'an existing role that two targets of an account share',
      { ...good, targets: [target, { ...target, name: 'prod', cluster: 'b' }] },
    ],
  ])('can have %s', (_name, config) => {
    expect(findConfigErrors(config)).toEqual([]);
  });

  it.each([
    [
      'an account of eleven digits',
      withTarget({ account: '21098765432' }),
      'targets[0].account',
      '"21098765432"',
      'twelve digits',
    ],
    [
      'an account as a number',
      withTarget({ account: 210987654321 }),
      'targets[0].account',
      '210987654321',
      'in quotes',
    ],
    [
      'a Region that does not exist',
      withTarget({ region: 'eu-west-9' }),
      'targets[0].region',
      '"eu-west-9"',
      'eu-west-1',
    ],
    [
      'a Region of another partition',
      withTarget({ region: 'cn-north-1' }),
      'targets[0].region',
      '"cn-north-1"',
      'must be in the partition aws of build.region',
    ],
    [
      'a role by its ARN',
      withTarget({ role: 'arn:aws:iam::210987654321:role/x' }),
      'targets[0].role',
      'arn:aws:iam',
      'not its ARN',
    ],
    [
      'a cluster by its ARN',
      withTarget({ cluster: 'arn:aws:ecs:eu-west-1:1:cluster/x' }),
      'targets[0].cluster',
      'arn:aws:ecs',
      'letters',
    ],
    ['no services', withTarget({ services: [] }), 'targets[0].services', '[]', 'one service'],
    ['no containers', withService({ containers: [] }), 'targets[0].services[0].containers', '[]', 'one container'],
    [
      'no execution role',
      withService({ executionRole: undefined }),
      'targets[0].services[0].executionRole',
      'it is missing',
      'name of a role',
    ],
    ['a time-out of zero', withService({ timeoutMinutes: 0 }), 'targets[0].services[0].timeoutMinutes', '0', '1-1440'],
    [
      'a bake time that is too long together with the time-out',
      withService({ timeoutMinutes: 60, bakeMinutes: 1400 }),
      'targets[0].services[0].bakeMinutes',
      '1400',
      'both together are at most 1440',
    ],
    [
      'tasks that are too long together with the time-out',
      withService({
        timeoutMinutes: 60,
        preDeploy: [{ ...migrate, timeoutMinutes: 1000 }],
        postDeploy: [{ ...migrate, name: 'smoke', timeoutMinutes: 381 }],
      }),
      'targets[0].services[0].preDeploy',
      '1000',
      'are together at most 1440',
    ],
    [
      'two tasks of one name',
      withService({ preDeploy: [migrate], postDeploy: [migrate] }),
      'targets[0].services[0].preDeploy',
      'migrate',
      'name each task differently',
    ],
    [
      'a task without a time limit',
      withService({ preDeploy: [{ ...migrate, timeoutMinutes: undefined }] }),
      'targets[0].services[0].preDeploy[0].timeoutMinutes',
      'it is missing',
      '1-1440',
    ],
    [
      'a command that is one text',
      withService({ postDeploy: [{ ...migrate, command: 'bin/rake db:migrate' }] }),
      'targets[0].services[0].postDeploy[0].command',
      'bin/rake db:migrate',
      '["bin/rake", "db:migrate"]',
    ],
    [
      'a command that ECS does not accept',
      withService({ preDeploy: [{ ...migrate, command: ['x'.repeat(8000)] }] }),
      'targets[0].services[0].preDeploy[0].command',
      'xxx',
      'at most 7500 characters',
    ],
    [
      'a port above the maximum',
      withService({ create: { port: 70000 } }),
      'targets[0].services[0].create.port',
      '70000',
      '65535',
    ],
    [
      'an unknown event setting',
      withTarget({ events: 'some' }),
      'targets[0].events',
      '"some"',
      '"forwarded" or "none"',
    ],
    ['no source', withPipeline({ source: undefined }), 'pipelines[0].source', 'it is missing', '"connection" or "s3"'],
    [
      'an unknown source',
      withPipeline({ source: { type: 'svn' } }),
      'pipelines[0].source.type',
      '"svn"',
      '"connection" or "s3"',
    ],
    ['a pipeline that deploys nothing', withPipeline({ deploys: [] }), 'pipelines[0].deploys', '[]', 'one service'],
    [
      'a pipeline that names a target only',
      withPipeline({ deploys: ['test'] }),
      'pipelines[0].deploys[0]',
      '"test"',
      'such as test/web',
    ],
    [
      'a pipeline that deploys to a pattern',
      withPipeline({ deploys: ['test/*'] }),
      'pipelines[0].deploys[0]',
      '"test/*"',
      'such as test/web',
    ],
    [
      'a pipeline that deploys to a service that no target has',
      withPipeline({ deploys: ['test/wbe'] }),
      'pipelines[0].deploys[0]',
      '"test/wbe"',
      'there are: test/web',
    ],
    [
      'a pipeline that deploys to a service twice',
      withPipeline({ deploys: ['test/web', 'test/web'] }),
      'pipelines[0].deploys[1]',
      'test/web',
      'change one of them',
    ],
    [
      'two pipelines of one name',
      { ...good, pipelines: [pipeline, pipeline] },
      'pipelines[1].name',
      'shop',
      'change one of them',
    ],
    ['no list of pipelines', { ...good, pipelines: pipeline }, 'pipelines', '{"name":"shop"', 'list of pipelines'],
    ['an unknown tag setting', withPipeline({ build: { tags: 'x' } }), 'pipelines[0].build.tags', '"x"', 'immutable'],
    ['the former field app', { ...good, app: 'shop' }, 'app', 'no longer a field', 'write name'],
    ['the former field source', { ...good, source: pipeline.source }, 'source', 'no longer a field', 'pipelines: ['],
    ['the former field tags', { ...good, tags: 'mutable' }, 'tags', 'no longer a field', 'pipelines: ['],
    [
      'a connection by its id',
      connection({ connection: '6f1c9b9e' }),
      'pipelines[0].source.connection',
      '"6f1c9b9e"',
      'ARN of a connection',
    ],
    [
      'a repository by its URL',
      connection({ repository: 'https://github.com/owner/shop' }),
      'pipelines[0].source.repository',
      'https://',
      'owner/name',
    ],
    ['a name that no role could have', { ...good, name: 'The Shop' }, 'name', '"The Shop"', 'lower-case letters'],
    [
      'a pipeline that no bucket can be named after',
      withPipeline({ name: 'sthree-shop' }),
      'pipelines[0].name',
      '"sthree-shop"',
      'sthree-',
    ],
    ['no configuration', undefined, 'The configuration', 'it is missing', 'object'],
  ])(
    'is refused with %s: the message has the field, the value found and the value expected',
    (_name, config, field, found, need) => {
      const [error = '', ...others] = findConfigErrors(config);
      expect(others).toEqual([]);
      expect(error.startsWith(`${field} `)).toBe(true);
      expect(error).toContain(found);
      expect(error).toContain(need);
    },
  );

  it('is refused with an unknown field, which the message names', () => {
    expect(findConfigErrors(withTarget({ clutser: 'shop' }))).toEqual([
      'targets[0] has no field "clutser": remove it.',
    ]);
  });

  it.each([
    ['two targets with the same name', [target, { ...target, account: '310987654321' }], ['targets[1].name']],
    [
      'one role for two targets of an account',
      [target, { ...target, name: 'prod', cluster: 'b', role: 'test-deployment' }],
      ['targets[1].role'],
    ],
    ['one service in two targets', [target, { ...target, name: 'prod' }], ['targets[1].services[0].name']],
    [
      'one container twice',
      [{ ...target, services: [{ ...service, containers: ['app', 'app'] }] }],
      ['targets[0].services[0].containers[1]'],
    ],
    [
      'one role that Gantry would create for two targets of an account',
      [
        { ...target, services: [{ ...service, create: {} }] },
        { ...target, name: 'prod', cluster: 'b', services: [{ ...service, logGroup: '/b', create: {} }] },
      ],
      ['targets[1].services'],
    ],
    [
      'one log group that Gantry would create for two services',
      [{ ...target, services: ['a', 'b'].map((name) => ({ ...service, name, logGroup: '/shop', create: {} })) }],
      ['targets[0].services[1].logGroup'],
    ],
  ])('is refused with %s', (_name, targets, fields) => {
    const errors = findConfigErrors({ ...good, targets });
    expect(errors.map((error) => error.split(' ')[0])).toEqual(fields);
  });

  it('is refused with all its errors at once, including conflicts', () => {
    const targets = [{ ...target, account: '1' }, { name: 'test' }];
    const fields = findConfigErrors({ name: '', targets }).map((error) => error.split(' ')[0]);
    expect(fields).toEqual([
      'name',
      'build',
      'targets[0].account',
      'targets[1].account',
      'targets[1].region',
      'targets[1].cluster',
      'targets[1].services',
      'targets[1].name',
    ]);
    expect(() => validateConfig({ name: '' } as never)).toThrow(
      /gantry\.config\.ts:\n {2}- name must[\s\S]*\n {2}- targets must/,
    );
  });
});

describe('the example', () => {
  it('cannot be deployed: the message names each placeholder', () => {
    expect(() => assertNoPlaceholders(example)).toThrow(
      /build\.account[\s\S]*targets\[0\]\.account[\s\S]*targets\[1\]\.account[\s\S]*pipelines\[0\]\.source\.connection/,
    );
  });

  it('can be deployed with real accounts', () => {
    const config = validateConfig(good);
    expect(assertNoPlaceholders(config)).toBe(config);
  });
});

describe('a target', () => {
  const config = validateConfig({ ...good, targets: [{ ...target, externalId: 'shop-7' }] });

  it('is found by its name', () => {
    expect(getTargetByName(config, 'test/web')).toEqual({
      name: 'test/web',
      roleArn: 'arn:aws:iam::210987654321:role/test-deployment',
      externalId: 'shop-7',
      region: 'eu-west-1',
      cluster: 'shop',
      service: 'web',
    });
  });

  it('has its own role name on another stage', () => {
    expect(getTargetByName(config, 'test/web', 'dev').roleArn).toBe(
      'arn:aws:iam::210987654321:role/test-deployment-dev',
    );
    expect(deploymentRoleArn({ ...config.targets[0]!, role: 'team/deployer' })).toBe(
      'arn:aws:iam::210987654321:role/team/deployer',
    );
  });

  it('that does not exist is refused with a list of the existing ones', () => {
    expect(() => getTargetByName(config, 'tset/web')).toThrow(
      'No target is named "tset/web" in gantry.config.ts; there are: test/web.',
    );
  });
});

it('the list of Regions contains each Region once', () => {
  expect(supportedRegions).toContain('eu-west-1');
  expect(new Set(supportedRegions).size).toBe(supportedRegions.length);
});

it('the list of targets contains every service of every target, in order', () => {
  const config = validateConfig({
    ...good,
    targets: [
      { ...target, services: [service, { ...service, name: 'api', fileName: 'api.json' }] },
      { ...target, name: 'prod', account: '310987654321' },
    ],
  });
  expect(listTargets(config).map(({ name }) => name)).toEqual(['test/web', 'test/api', 'prod/web']);
});
