import { describe, expect, it } from 'vitest';
import { validateConfig } from '../../../core/config/check.ts';
import { parseDeployRequest } from '../../../core/request/parse.ts';

const service = { name: 'web', containers: ['app'], executionRole: 'web-execution' };
const config = validateConfig({
  name: 'shop',
  build: { account: '111111111111', region: 'eu-west-1' },
  targets: [
    { name: 'test', account: '222222222222', region: 'eu-west-1', cluster: 'shop', services: [service] },
    {
      name: 'prod',
      account: '333333333333',
      region: 'us-east-1',
      cluster: 'shop',
      externalId: 'shared-word',
      services: [service],
    },
  ],
});
const roleArn = 'arn:aws:iam::222222222222:role/test-deployment';
const prodRole = 'arn:aws:iam::333333333333:role/prod-deployment';
const test = { name: 'test/web', roleArn, region: 'eu-west-1', cluster: 'shop', service: 'web' };
const artifact = { bucket: 'artifacts', key: 'shop/Built/1' };
const images = [{ name: 'app', imageUri: 'nginx:1' }];
const properties = { ClusterName: 'shop', ServiceName: 'web', RoleArn: roleArn, Region: 'eu-west-1' };
const job = (configuration: Record<string, string>, rest: object = { artifact: { name: 'Built', ...artifact } }) => ({
  job: { id: 'j', nonce: '1', configuration, ...rest },
  acknowledged: { status: 'InProgress' },
});
const defaults = {
  fileName: 'imagedefinitions.json',
  base: { from: 'service' },
  timeoutMinutes: 60,
  bakeMinutes: 0,
  rollBackOnFailure: true,
};
const ask = (input: unknown) => parseDeployRequest(input, config);
const mistake = (input: unknown): string => {
  try {
    return JSON.stringify(ask(input));
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : '';
  }
};

describe('a request from the pipeline', () => {
  it('needs four properties, and has the defaults of the built-in action for the others', () => {
    const { job: asked, ...request } = ask(
      job(properties, { artifact: { name: 'Built', ...artifact }, encryptionKey: 'key' }),
    );
    expect(request).toEqual({
      target: test,
      artifacts: [{ name: 'Built', ...artifact }],
      force: false,
      encryptionKey: 'key',
      ...defaults,
    });
    expect(asked?.id).toBe('j');
  });

  it.each([
    ['another file', { FileName: 'build/images.json' }, { fileName: 'build/images.json' }],
    ['a time-out', { DeploymentTimeout: '1440' }, { timeoutMinutes: 1440 }],
    ['a bake time', { BakeMinutes: '15' }, { bakeMinutes: 15, timeoutMinutes: 60 }],
    ['a day in all', { DeploymentTimeout: '1400', BakeMinutes: '40' }, { bakeMinutes: 40 }],
    ['no rollback', { RollBackOnFailure: 'false' }, { rollBackOnFailure: false }],
    ['an empty base', { TaskDefinition: '' }, { base: { from: 'service' } }],
    ['the newest revision', { TaskDefinition: 'latest' }, { base: { from: 'latest' } }],
    [
      'a task definition in the artifact',
      { TaskDefinition: 'ecs/td.json' },
      { base: { from: 'file', path: 'ecs/td.json' } },
    ],
    ['an external id', { ExternalId: 'other-word' }, { target: { ...test, externalId: 'other-word' } }],
    ["the cluster's ARN", { ClusterName: 'arn:aws:ecs:eu-west-1:222222222222:cluster/shop' }, { target: test }],
    ["the service's ARN", { ServiceName: 'arn:aws:ecs:eu-west-1:222222222222:service/shop/web' }, { target: test }],
    ["the service's old ARN", { ServiceName: 'arn:aws:ecs:eu-west-1:222222222222:service/web' }, { target: test }],
    [
      'the external id that the configuration knows for the role',
      { RoleArn: prodRole, Region: 'us-east-1' },
      {
        target: {
          name: 'prod/web',
          roleArn: prodRole,
          region: 'us-east-1',
          cluster: 'shop',
          service: 'web',
          externalId: 'shared-word',
        },
      },
    ],
  ])('accepts %s', (_what, more, expected) => {
    expect(ask(job({ ...properties, ...more }))).toMatchObject(expected);
  });

  it.each([
    [
      'the role of another account',
      { RoleArn: 'arn:aws:iam::999999999999:role/test-deployment' },
      `RoleArn: must be the role of a target in gantry.config.ts (${roleArn}, ${prodRole}); found "arn:aws:iam::999999999999:role/test-deployment".`,
    ],
    ['no Region', { Region: 'Ireland' }, 'Region: must be a Region, such as eu-west-1; found "Ireland".'],
    [
      'a cluster name that is not valid',
      { ClusterName: 'a b' },
      'ClusterName: must be the name or ARN of the ECS cluster; found "a b".',
    ],
    [
      'the ARN of another resource type',
      { ClusterName: 'arn:aws:ecs:eu-west-1:222222222222:task/shop' },
      'ClusterName: must be',
    ],
    [
      'no minutes',
      { DeploymentTimeout: '0' },
      'DeploymentTimeout: must be a whole number of minutes from 1 to 1440; found "0".',
    ],
    ['more than a day', { DeploymentTimeout: '1441' }, 'DeploymentTimeout: must be'],
    ['half a minute', { DeploymentTimeout: '0.5' }, 'DeploymentTimeout: must be'],
    [
      'a bake time that is not a number',
      { BakeMinutes: 'ten' },
      'BakeMinutes: must be a whole number of minutes from 0 to 1440; found "ten".',
    ],
    ['a bake time below zero', { BakeMinutes: '-1' }, 'BakeMinutes: must be a whole number'],
    [
      'more than a day in all',
      { DeploymentTimeout: '1400', BakeMinutes: '41' },
      'BakeMinutes: must leave room for the time-out: both together are at most 1440 minutes; found "41".',
    ],
    ['more than a day with the default time-out', { BakeMinutes: '1400' }, 'BakeMinutes: must leave room'],
    ['neither true nor false', { RollBackOnFailure: 'yes' }, 'RollBackOnFailure: must be true or false; found "yes".'],
    [
      'an absolute path',
      { FileName: '/etc/passwd' },
      'FileName: must be the path of a file in the artifact, but it leads outside',
    ],
    ['a base outside the artifact', { TaskDefinition: '../td.json' }, 'TaskDefinition: must be empty'],
    ['an unknown property', { Timeout: '5' }, 'There is no property "Timeout".'],
  ])('refuses %s', (_what, more, sentence) => {
    expect(mistake(job({ ...properties, ...more }))).toContain(sentence);
  });

  it('reports all errors at once', () => {
    const all = mistake(job({ Region: 'x', Foo: '1', UserParameters: 'web' }, {}));
    for (const word of [
      'ClusterName',
      'ServiceName',
      'RoleArn',
      'Region',
      'input artifact',
      '"Foo", "UserParameters"',
      'Correct the properties',
    ])
      expect(all).toContain(word);
    expect(all).toMatch(/^ConfigurationError: The action's configuration is not valid\./);
  });
});

describe('a manual request', () => {
  it.each([
    [
      'a target alone redeploys the running revision',
      { target: 'test/web' },
      { target: test, images: [], force: true, ...defaults },
    ],
    ['images', { target: 'test/web', images }, { images, force: false }],
    [
      'an older artifact',
      { target: 'test/web', artifact: { ...artifact, versionId: 'v1' } },
      { artifacts: [{ ...artifact, versionId: 'v1' }], images: undefined, force: false },
    ],
    [
      'another file of it',
      { target: 'test/web', artifact: { ...artifact, fileName: 'a.json' } },
      { fileName: 'a.json', artifacts: [artifact] },
    ],
    [
      'a task definition in it',
      { target: 'test/web', artifact, taskDefinition: 'td.json' },
      { base: { from: 'file', path: 'td.json' } },
    ],
    [
      'settings, with requester and reason',
      {
        target: 'test/web',
        timeoutMinutes: 5,
        bakeMinutes: 10,
        rollBackOnFailure: false,
        taskDefinition: 'latest',
        reason: 'because',
        by: 'me',
      },
      {
        timeoutMinutes: 5,
        bakeMinutes: 10,
        rollBackOnFailure: false,
        base: { from: 'latest' },
        reason: 'because',
        by: 'me',
      },
    ],
    [
      'a given revision',
      { target: 'test/web', revision: 'web:12' },
      { base: { from: 'revision', taskDefinition: 'web:12' }, images: [], artifacts: [], force: true },
    ],
    [
      'the ARN of a revision',
      { target: 'test/web', revision: 'arn:aws:ecs:eu-west-1:222222222222:task-definition/web:12' },
      { base: { from: 'revision', taskDefinition: 'web:12' } },
    ],
    [
      'a target by its fields',
      { target: { roleArn, region: 'eu-west-1', cluster: 'shop', service: 'web' } },
      { target: test },
    ],
    [
      'the field that marks a program as the requester',
      { target: 'prod/web', AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: 'arn' },
      { target: { name: 'prod/web', externalId: 'shared-word' } },
    ],
  ])('accepts %s', (_what, input, expected) => {
    expect(ask(input)).toMatchObject(expected);
  });

  it('has the settings of its service for omitted fields, as a request of the pipeline does', () => {
    const own = { ...service, fileName: 'web.json', timeoutMinutes: 7, bakeMinutes: 5 };
    const [first, ...others] = config.targets;
    const other = validateConfig({ ...config, targets: [{ ...first!, services: [own] }, ...others] });
    const spelled = { roleArn, region: 'eu-west-1', cluster: 'shop', service: 'web' };
    for (const target of ['test/web', spelled])
      expect(parseDeployRequest({ target, artifact }, other)).toMatchObject({
        fileName: 'web.json',
        timeoutMinutes: 7,
        bakeMinutes: 5,
      });
    const given = {
      target: 'test/web',
      artifact: { ...artifact, fileName: 'a.json' },
      timeoutMinutes: 9,
      bakeMinutes: 0,
    };
    expect(parseDeployRequest(given, other)).toMatchObject({ fileName: 'a.json', timeoutMinutes: 9, bakeMinutes: 0 });
    expect(parseDeployRequest({ target: 'prod/web', artifact }, other)).toMatchObject(defaults);
    expect(() => parseDeployRequest({ target: 'test/web', timeoutMinutes: 1440 }, other)).toThrow(
      'bakeMinutes: must leave room for the time-out: both together are at most 1440 minutes',
    );
  });

  it.each([
    [
      'an unknown target',
      { target: 'test/api' },
      'target: must be one of test/web, prod/web, or {"roleArn", "region", "cluster", "service"}; found "test/api".',
    ],
    ['no target', {}, 'target: must be one of test/web, prod/web'],
    [
      'a target of another account',
      { target: { ...test, name: undefined, roleArn: 'arn:aws:iam::999999999999:role/x' } },
      'target.roleArn: must be the role of a target in gantry.config.ts',
    ],
    [
      'images that are not a list',
      { target: 'test/web', images: 'nginx' },
      'images: must be a list of {"name", "imageUri"}; found "nginx".',
    ],
    [
      'wrong images',
      { target: 'test/web', images: [{ name: 'app', imageUri: 'NGINX' }] },
      'images: Entry 0 ("app"): the imageUri "NGINX" is no image reference: "NGINX" has capital letters; a repository name has none. A correct',
    ],
    [
      'an empty list of images, as from a script that found none',
      { target: 'test/web', images: [] },
      'images: must not be an empty list: omit it to redeploy what runs; found a list of 0.',
    ],
    [
      'images beside an artifact',
      { target: 'test/web', images, artifact },
      'images: cannot be combined with an artifact',
    ],
    [
      'a file without an artifact',
      { target: 'test/web', taskDefinition: 'td.json' },
      'taskDefinition: names a file, which needs an artifact to be in',
    ],
    ['an artifact without a key', { target: 'test/web', artifact: { bucket: 'b' } }, 'artifact.key'],
    [
      'minutes as a text',
      { target: 'test/web', timeoutMinutes: '5' },
      'timeoutMinutes: must be a whole number of minutes from 1 to 1440; found "5".',
    ],
    [
      'a revision without its number',
      { target: 'test/web', revision: 'web' },
      'revision: must be a revision such as web:12, or its ARN; found "web".',
    ],
    ['a revision as a number', { target: 'test/web', revision: 12 }, 'revision: must be a revision such as web:12'],
    [
      "another account's revision",
      { target: 'test/web', revision: 'arn:aws:ecs:eu-west-1:333333333333:task-definition/web:12' },
      "revision: must be of the target's own account and Region",
    ],
    [
      'a revision of another Region',
      { target: 'test/web', revision: 'arn:aws:ecs:us-east-1:222222222222:task-definition/web:12' },
      "revision: must be of the target's own account and Region",
    ],
    ...[{ images }, { artifact }, { taskDefinition: 'latest' }].map((beside): [string, object, string] => [
      `a revision beside ${Object.keys(beside)}`,
      { target: 'test/web', revision: 'web:12', ...beside },
      'revision: cannot be combined with images, an artifact or a taskDefinition',
    ]),
    [
      'more than a day in all',
      { target: 'test/web', bakeMinutes: 1400 },
      'bakeMinutes: must leave room for the time-out: both together are at most 1440 minutes; found 1400.',
    ],
    ['an empty reason', { target: 'test/web', reason: '' }, 'reason: must be a text of 1 to 1000 characters'],
    ['an empty requester', { target: 'test/web', by: 7 }, 'by: must be a text of 1 to 256 characters; found 7.'],
    ['an unknown field', { target: 'test/web', image: 'nginx' }, 'There is no property "image".'],
    ['a list', [], 'ConfigurationError: The input is not valid.'],
    ['nothing', null, 'ConfigurationError: The input is not valid.'],
  ])('refuses %s, and shows a correct input', (_what, input, sentence) => {
    expect(mistake(input)).toContain(sentence);
    expect(mistake(input)).toContain('A correct input: {"target": "test/web", "images": [');
  });

  it.each([
    [null, 'The whole of it: must be a JSON object; found null.'],
    [[], 'The whole of it: must be a JSON object; found a list of 0.'],
    [{ targt: 'test/web' }, 'There is no property "targt".'],
    [{ given: 'test/web' }, 'There is no property "given".'],
  ])('that is not an object (%j) is refused with the value found', (given, sentence) => {
    expect(mistake({ given })).toContain(sentence);
  });

  it('is refused without using a value beside the target as the input', () => {
    expect(mistake({ target: 'test/web', given: { target: 'test/web' } })).toContain('There is no property "given".');
  });

  it('accepts the roles of another stage', () => {
    expect(parseDeployRequest({ target: 'test/web' }, config, 'dev').target.roleArn).toBe(`${roleArn}-dev`);
    expect(() => parseDeployRequest({ target: { ...test, name: undefined } }, config, 'dev')).toThrow('target.roleArn');
  });
});
