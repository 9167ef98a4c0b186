import { describe, expect, it } from 'vitest';
import { validateConfig } from '../../../core/config/check.ts';
import { listConfiguredAlarms } from '../../../core/config/targets.ts';
import { type AlarmFacts, chooseAlarmsToWatch, listAlarmWarnings } from '../../../core/service/alarms.ts';
import { target } from './facts.ts';

const facts = (changes: Partial<AlarmFacts> = {}): AlarmFacts => ({
  ecs: ['errors', 'latency'],
  configured: ['latency', 'queue'],
  states: [
    { name: 'errors', state: 'OK' },
    { name: 'latency', state: 'OK' },
    { name: 'queue', state: 'INSUFFICIENT_DATA' },
  ],
  ...changes,
});
const states = (errors: string, queue: string) => [
  { name: 'errors', state: errors },
  { name: 'latency', state: 'OK' },
  { name: 'queue', state: queue },
];

describe('the alarms of a deployment', () => {
  it.each<[string, Partial<AlarmFacts>, watched: string[], ignored: string[], warnings: RegExp[]]>([
    ['are all watched, each once', {}, ['errors', 'latency', 'queue'], [], []],
    [
      'of ECS are ignored if they are in ALARM already',
      { states: states('ALARM', 'OK') },
      ['latency', 'queue'],
      ['errors'],
      [/^The alarm 'errors' is in ALARM already, so it is ignored, and ECS ignores all alarms of this deployment\.$/],
    ],
    [
      'of the configuration are ignored if they are in ALARM already',
      { states: states('OK', 'ALARM') },
      ['errors', 'latency'],
      ['queue'],
      [/^The alarm 'queue' is in ALARM already, so it is ignored\.$/],
    ],
    [
      'that do not exist are not watched',
      { states: [{ name: 'latency', state: 'OK' }] },
      ['latency'],
      [],
      [/'queue' of gantry\.config\.ts does not exist/],
    ],
    [
      'that cannot be read are not watched',
      { states: 'denied' },
      [],
      [],
      [/may not cloudwatch:DescribeAlarms, so Gantry does not watch 'errors', 'latency', 'queue'/],
    ],
    ['are none', { ecs: [], configured: [], states: 'denied' }, [], [], []],
  ])('%s', (_, changes, watched, ignored, warnings) => {
    expect(chooseAlarmsToWatch(facts(changes))).toEqual({ watched, ignored });
    expect(listAlarmWarnings(facts(changes))).toEqual(warnings.map((warning) => expect.stringMatching(warning)));
  });
});

const config = validateConfig({
  name: 'shop',
  build: { account: '111111111111', region: 'eu-west-1' },
  targets: [
    {
      name: 'test',
      account: '222222222222',
      region: 'eu-west-1',
      cluster: 'main',
      services: [
        { name: 'web', containers: ['app'], executionRole: 'web-execution', alarms: ['web-5xx'] },
        { name: 'api', containers: ['app'], executionRole: 'web-execution', alarms: ['api-5xx'], fileName: 'api.json' },
      ],
    },
  ],
});

it.each([
  ["the service's own", 'test/web', ['web-5xx']],
  ['none for another target', 'prod/web', []],
  ['none for a target without a name', undefined, []],
])('finds in the configuration %s', (_, name, names) => {
  expect(listConfiguredAlarms(config, { ...target, name })).toEqual(names);
});
