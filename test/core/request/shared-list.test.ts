import { describe, expect, it } from 'vitest';
import { validateConfig } from '../../../core/config/check.ts';
import { findConfiguredService } from '../../../core/config/targets.ts';
import { listOtherReaders, selectOwnEntries } from '../../../core/request/shared-list.ts';

const service = (name: string, ...containers: string[]) => ({ name, containers, executionRole: 'x-execution' });
const account = (name: string, id: string) => ({ name, account: id, region: 'eu-west-1', cluster: 'shop' });
const config = validateConfig({
  name: 'gantry',
  build: { account: '111111111111', region: 'eu-west-1' },
  targets: [
    {
      ...account('test', '222222222222'),
      services: [service('web', 'app', 'proxy'), service('jobs', 'worker'), service('copy', 'app')],
      allowedPipelines: ['*'],
      match: { services: 'x-*', passRoles: ['x-*'] },
    },
    { ...account('prod', '333333333333'), services: [service('web', 'app', 'proxy')] },
  ],
});

const accounts = { test: '222222222222', prod: '333333333333' };
interface Options {
  file?: string;
  input?: string;
  provider?: string;
}

/** An action that deploys to a service such as `test/web`, with the name of the service. */
function action(name: string, { file, input = 'Build', provider = 'Gantry' }: Options = {}) {
  const [target = '', serviceName = ''] = name.split('/');
  return {
    name,
    actionTypeId: { category: 'Deploy', owner: 'Custom', provider },
    configuration: {
      ClusterName: 'shop',
      ServiceName: serviceName,
      Region: 'eu-west-1',
      RoleArn: `arn:aws:iam::${accounts[target as keyof typeof accounts]}:role/${target}-deployment`,
      ...(file !== undefined && { FileName: file }),
    },
    inputArtifacts: [{ name: input }],
  };
}
type Action = ReturnType<typeof action>;

/** An action of a pipeline that invokes Gantry's function. */
const invoke = (name: string): Action => ({
  ...action(name),
  actionTypeId: { category: 'Invoke', owner: 'AWS', provider: 'Lambda' },
  configuration: {
    FunctionName: 'gantry-production-take-job',
    UserParameters: JSON.stringify(action(name).configuration),
  } as never,
});

/** The entry that the action of the first service uses from a list with these names, or the message that refuses the list. */
function take(
  names: string[],
  own: Action,
  others: Action[],
  { otherStage = [], running = {} }: { otherStage?: Action[]; running?: Record<string, string[]> } = {},
): string {
  const stages = [
    { name: 'Deploy', actions: [own, ...others] },
    { name: 'Later', actions: otherStage },
  ];
  const reader = {
    stage: 'Deploy',
    action: own.name,
    target: own.name,
    fileName: own.configuration.FileName ?? 'imagedefinitions.json',
    artifact: 'Build',
  };
  const containers = findConfiguredService(config, own.name)?.service.containers ?? running[own.name];
  const entries = names.map((name) => ({ name, imageUri: `${name}:1` }));
  try {
    const readers = listOtherReaders(reader, stages, config).map((one) => ({
      ...one,
      containers: one.containers ?? running[one.matched?.target.name ?? ''],
    }));
    const mine = selectOwnEntries(entries, { own: reader, containers }, readers);
    return mine.map(({ name }) => name).join(' ');
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
}

const web = action('test/web');

describe('an action that reads a list of images', () => {
  it.each<[string, string[], Action, Action[], string]>([
    ['alone takes every entry, so that Check Target refuses unknown ones', ['app', 'typo'], web, [], 'app typo'],
    ['next to another service takes its own', ['app', 'worker', 'proxy'], web, [action('test/jobs')], 'app proxy'],
    ['next to another service takes its own', ['app', 'worker', 'proxy'], action('test/jobs'), [web], 'worker'],
    ['next to one that is invoked by Lambda takes its own', ['app', 'worker'], web, [invoke('test/jobs')], 'app'],
    ['next to the same service in another target takes its own', ['app'], web, [action('prod/web')], 'app'],
    [
      'next to one that reads another file takes all',
      ['app', 'worker'],
      web,
      [action('test/jobs', { file: 'b.json' })],
      'app worker',
    ],
    [
      'next to one that writes the path differently takes its own',
      ['app', 'worker'],
      web,
      [action('test/jobs', { file: './imagedefinitions.json' })],
      'app',
    ],
    [
      'next to one that reads another artifact takes all',
      ['app', 'worker'],
      web,
      [action('test/jobs', { input: 'Other' })],
      'app worker',
    ],
    [
      'next to an action of another provider takes all',
      ['app', 'worker'],
      web,
      [action('test/jobs', { provider: 'Other' })],
      'app worker',
    ],
    ['next to a matched service leaves the rest to it', ['app', 'sidecar'], web, [action('test/x-1')], 'app'],
    ['for a matched service leaves the entries of a named service', ['app', 'main'], action('test/x-1'), [web], 'main'],
  ])('%s', (_what, names, own, others, expected) => {
    expect(take(names, own, others)).toBe(expected);
  });

  it('does not count an action of another stage', () => {
    expect(take(['app', 'worker'], web, [], { otherStage: [action('test/jobs')] })).toBe('app worker');
  });

  it.each<[string, string[], Action, Action[], string]>([
    [
      'an entry that no action takes, with the existing names',
      ['app', 'typo', 'worker'],
      web,
      [action('test/jobs')],
      'imagedefinitions.json names the container "typo", which no action of the stage Deploy takes; there are: app, proxy (test/web), worker (test/jobs). Correct the name, or remove the entry.',
    ],
    [
      'an entry that two services of one target take',
      ['app'],
      web,
      [action('test/copy')],
      'The actions test/web (test/web) and test/copy (test/copy) of the stage Deploy would both take the image for "app" from imagedefinitions.json. Give one of them another FileName, or another container name.',
    ],
    [
      'two actions for one service',
      ['app'],
      web,
      [{ ...web, name: 'Again' }],
      'The actions test/web (test/web) and Again (test/web) of the stage Deploy would both take the image for "app"',
    ],
    [
      'a list without its containers',
      ['worker'],
      web,
      [action('test/jobs')],
      'imagedefinitions.json has no image for test/web, whose containers are app, proxy. Other actions of the stage Deploy take its entries (worker).',
    ],
    [
      'two matched services, whose containers are not known',
      ['app'],
      action('test/x-1'),
      [action('test/x-2')],
      'it is not known which containers each service has',
    ],
  ])('refuses %s', (_what, names, own, others, expected) => {
    const refused = take(names, own, others);
    expect(refused).toMatch(/^ConfigurationError: /);
    expect(refused).toContain(expected);
  });
});

describe('matched services whose task definitions have been read', () => {
  const running = {
    'test/x-1': ['main', 'log'],
    'test/x-2': ['batch'],
    'test/x-3': ['batch', 'app'],
    'prod/web': ['app'],
  };
  const [first, second, third] = [action('test/x-1'), action('test/x-2'), action('test/x-3')];

  it.each<[string, string[], Action, Action[], string]>([
    ['each take their own entries', ['main', 'batch', 'log'], first, [second], 'main log'],
    ['each take their own entries', ['main', 'batch', 'log'], second, [first], 'batch'],
    ['take none of a named service', ['main', 'batch', 'app'], second, [web, first], 'batch'],
    ['leave a named service its own', ['main', 'batch', 'app'], web, [second, first], 'app'],
    [
      'take an entry that none has: it is an error with the existing names',
      ['main', 'batch', 'typo'],
      first,
      [second, web],
      'names the container "typo", which no action of the stage Deploy takes; there are: main, log (test/x-1), batch (test/x-2), app, proxy (test/web).',
    ],
    [
      'with a container of one name would both take its entry: an error in the release of the one',
      ['main', 'batch'],
      second,
      [first, third],
      'test/x-2 (test/x-2) and test/x-3 (test/x-3) of the stage Deploy would both take the image for "batch"',
    ],
    [
      'with a container of a named service: an error in the release of the named one',
      ['app', 'batch'],
      web,
      [third],
      'test/web (test/web) and test/x-3 (test/x-3) of the stage Deploy would both take the image for "app"',
    ],
  ])('%s', (_what, names, own, others, expected) => {
    expect(take(names, own, others, { running })).toContain(expected);
  });

  it.each<[string, object, unknown]>([
    [
      'the revision that the service runs',
      {},
      { target: expect.objectContaining({ name: 'test/x-1' }), latest: false },
    ],
    ['the newest revision of its family', { TaskDefinition: 'latest' }, expect.objectContaining({ latest: true })],
    ['no revision if the name of the service has a variable', { ServiceName: 'x-#{variables.number}' }, undefined],
    ['no revision for a task definition file', { TaskDefinition: 'taskdef.json' }, undefined],
  ])('are read from %s', (_what, properties, matched) => {
    const own = {
      stage: 'Deploy',
      action: 'web',
      target: 'test/web',
      fileName: 'imagedefinitions.json',
      artifact: 'Build',
    };
    const other = { ...first!, configuration: { ...first!.configuration, ...properties } };
    const [reader] = listOtherReaders(own, [{ name: 'Deploy', actions: [other] }], config);
    expect(reader!.matched).toEqual(matched);
  });
});
