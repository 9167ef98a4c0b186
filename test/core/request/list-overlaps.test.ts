import { describe, expect, it } from 'vitest';
import { validateConfig } from '../../../core/config/check.ts';
import { findConfiguredService } from '../../../core/config/targets.ts';
import { findTargetName, type GantryAction } from '../../../core/request/gantry-actions.ts';
import { findListOverlaps } from '../../../core/request/list-overlaps.ts';
import { listOtherReaders, selectOwnEntries } from '../../../core/request/shared-list.ts';

const service = (name: string, ...containers: string[]) => ({ name, containers, executionRole: 'x-execution' });
const place = (name: string, account: string) => ({ name, account, region: 'eu-west-1', cluster: 'shop' });
const config = validateConfig({
  name: 'gantry',
  build: { account: '111111111111', region: 'eu-west-1' },
  targets: [
    {
      ...place('test', '222222222222'),
      services: [service('web', 'app', 'proxy'), service('jobs', 'worker'), service('copy', 'app', 'proxy')],
      match: { services: 'x-*', passRoles: ['x-*'] },
    },
    { ...place('prod', '333333333333'), services: [service('web', 'app', 'proxy')] },
  ],
});
const accounts: Record<string, string> = { test: '222222222222', prod: '333333333333' };
/** The containers of the matched services, as far as they are known. */
const running = new Map([
  ['test/x-app', ['app']],
  ['test/x-copy', ['copy', 'app']],
  ['test/x-worker', ['worker', 'log']],
]);

interface Place {
  stage?: string;
  file?: string;
  inputs?: string[];
}

function action(target: string, { stage = 'Deploy', file, inputs = ['Build'] }: Place = {}): GantryAction {
  const [targetName = '', ServiceName = ''] = target.split('/');
  const RoleArn = `arn:aws:iam::${accounts[targetName]}:role/${targetName}-deployment`;
  const properties = { ClusterName: 'shop', ServiceName, Region: 'eu-west-1', RoleArn };
  const name = `${ServiceName}-${targetName}`;
  return {
    stage,
    name,
    runOrder: 1,
    inputs,
    properties: { ...properties, ...(file !== undefined && { FileName: file }) },
  };
}

const context = { config, stage: 'production', findRunningContainers: (target: string) => running.get(target) };
const web = action('test/web');
const both = (one: string, other: string, container: string) =>
  `${one} and ${other} of the stage Deploy would both take the image for "${container}" from imagedefinitions.json`;

/** Whether the release of the first action refuses a list with these containers. The release finds this out when it reads the list. */
function isRefusedByRelease(actions: GantryAction[], names: string[]): boolean {
  const [own] = actions;
  const stages = [...new Set(actions.map(({ stage }) => stage))].map((stage) => ({
    name: stage,
    actions: actions
      .filter((one) => one.stage === stage)
      .map((one) => ({
        name: one.name,
        actionTypeId: { category: 'Deploy', owner: 'Custom', provider: 'Gantry' },
        configuration: one.properties,
        inputArtifacts: one.inputs.map((name) => ({ name })),
      })),
  }));
  const target = findTargetName(own!, config)!;
  const reader = {
    stage: own!.stage,
    action: own!.name,
    target,
    fileName: own!.properties.FileName ?? 'imagedefinitions.json',
    artifact: own!.inputs[0],
  };
  const containers = findConfiguredService(config, target)!.service.containers ?? running.get(target);
  const entries = names.map((name) => ({ name, imageUri: 'web:1' }));
  try {
    const others = listOtherReaders(reader, stages, config).map((one) => ({
      ...one,
      containers: one.containers ?? running.get(one.target ?? ''),
    }));
    selectOwnEntries(entries, { own: reader, containers }, others);
    return false;
  } catch {
    return true;
  }
}

describe('two actions overlap', () => {
  it.each<[what: string, actions: GantryAction[], expected: string[]]>([
    [
      'with the same containers',
      [web, action('test/copy')],
      [
        both('web-test (test/web)', 'copy-test (test/copy)', 'app'),
        both('web-test (test/web)', 'copy-test (test/copy)', 'proxy'),
      ],
    ],
    [
      'with one service twice',
      [web, { ...web, name: 'again' }],
      [
        both('web-test (test/web)', 'again (test/web)', 'app'),
        both('web-test (test/web)', 'again (test/web)', 'proxy'),
      ],
    ],
    [
      'with another spelling of the file',
      [web, action('test/copy', { file: './imagedefinitions.json' })],
      [expect.stringContaining('"app"'), expect.stringContaining('"proxy"')] as never,
    ],
    [
      'with one common input artifact',
      [action('test/web', { inputs: ['A', 'B'] }), action('test/copy', { inputs: ['C', 'B'] })],
      [expect.stringContaining('"app"'), expect.stringContaining('"proxy"')] as never,
    ],
    [
      'with two matched services that run a container of one name',
      [action('test/x-app'), action('test/x-copy')],
      [both('x-app-test (test/x-app)', 'x-copy-test (test/x-copy)', 'app')],
    ],
    [
      'with one matched service twice, even if its containers are not known',
      [action('test/x-new'), { ...action('test/x-new'), name: 'again' }],
      [
        'The actions x-new-test and again of the stage Deploy both deploy test/x-new from imagedefinitions.json. Remove',
      ],
    ],
    [
      'with a matched service that runs a container of a named one',
      [web, action('test/x-app')],
      [both('web-test (test/web)', 'x-app-test (test/x-app)', 'app')],
    ],
    [
      'with a named service after the matched one',
      [action('test/x-worker'), action('test/jobs')],
      [both('x-worker-test (test/x-worker)', 'jobs-test (test/jobs)', 'worker')],
    ],
    [
      'with the second and the third of three',
      [action('test/jobs'), web, action('test/x-app')],
      [both('web-test (test/web)', 'x-app-test (test/x-app)', 'app')],
    ],
  ])('%s', (_what, actions, expected) => {
    const found = findListOverlaps(actions, context);
    expect(found).toHaveLength(expected.length);
    for (const [at, sentence] of expected.entries())
      expect(found[at]).toEqual(typeof sentence === 'string' ? expect.stringContaining(sentence) : sentence);
  });

  it.each<[actions: GantryAction[]]>([
    [[web, action('test/copy')]],
    [[web, { ...web, name: 'again' }]],
    [[action('test/x-app'), action('test/x-copy')]],
    [[action('test/web', { inputs: ['B'] }), action('test/copy', { inputs: ['C', 'B'] })]],
  ])('as their release finds too', (actions) => {
    expect(isRefusedByRelease(actions, ['app', 'proxy'])).toBe(true);
    expect(findListOverlaps(actions, context)).not.toEqual([]);
  });
});

describe('two actions do not overlap', () => {
  it.each<[what: string, actions: GantryAction[], names: string[]]>([
    ['alone', [web], ['app', 'proxy']],
    ['with other containers', [web, action('test/jobs')], ['app', 'proxy', 'worker']],
    ['in other stages', [web, action('test/copy', { stage: 'Later' })], ['app', 'proxy']],
    ['in other targets', [web, action('prod/web')], ['app', 'proxy']],
    ['with other files', [web, action('test/copy', { file: 'copy.json' })], ['app', 'proxy']],
    ['with other input artifacts', [web, action('test/copy', { inputs: ['Other'] })], ['app', 'proxy']],
    ['if the containers of a matched service are not known', [web, action('test/x-new')], ['app', 'proxy', 'new']],
    ['if a matched service runs other containers', [web, action('test/x-worker')], ['app', 'proxy', 'worker']],
  ])('%s, as their release finds too', (_what, actions, names) => {
    expect(findListOverlaps(actions, context)).toEqual([]);
    expect(isRefusedByRelease(actions, names)).toBe(false);
  });

  it('with an action whose service no target allows, which another check reports', () => {
    expect(findListOverlaps([web, action('test/unknown')], context)).toEqual([]);
  });
});
