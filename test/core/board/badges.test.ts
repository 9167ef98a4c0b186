import { expect, it } from 'vitest';
import { listBadges } from '../../../core/board/badges.ts';
import { getOwnInstallation } from '../../../core/task-definition/installation.ts';
import { ourDeployment, previousDeployment, secondsAfterStart } from '../rollout/facts.ts';
import {
  config,
  contextWith,
  definition,
  entry,
  executionArn,
  imageOf,
  type ObservationChanges,
  observation,
  readAt,
  revisionOf,
} from './facts.ts';

const own = getOwnInstallation(config);
const running = revisionOf('test/web', 'web:13');
const foreign = definition(
  running,
  imageOf('a'),
  {},
  {
    'gantry:execution': 'arn:aws:states:eu-west-1:111111111111:execution:other-production-deploy:x',
  },
);

const badges = (changes: ObservationChanges, forwardsEvents = true, definitions = contextWith()) =>
  listBadges(observation('test/web', changes), definitions, { own, forwardsEvents }).map(
    ({ kind, text }) => `${kind}: ${text}`,
  );

const ended = (after: string) => entry('a', [-600, -500], { after: revisionOf('test/web', after) });
const quiet = (last?: string, at = readAt) => ({
  readAt,
  value: { entries: [entry('a', [-60, 60])], events: { last, readAt: at } },
});

it.each<[what: string, changes: ObservationChanges, found: RegExp[]]>([
  ['a healthy service has none', {}, []],
  ['a service that Gantry never changed has no drift', { entries: [] }, []],
  [
    "somebody else's revision is drift",
    { entries: [ended('web:11')] },
    [/^drift: web:13 was deployed by somebody else; the last release of Gantry left web:11\.$/],
  ],
  ['the same revision, started again by somebody, is no drift', { entries: [ended('web:13')] }, []],
  [
    'after a rollback, the revision before the release is no drift',
    {
      entries: [
        entry('a', [-600, -500], { result: 'RolledBack', before: running, after: revisionOf('test/web', 'web:14') }),
      ],
    },
    [],
  ],
  [
    'during a rollout nothing is called drift',
    { entries: [ended('web:11')], service: { deployments: [ourDeployment(), previousDeployment()] } },
    [],
  ],
  [
    'an alarm in ALARM is named, with its reason',
    {
      alarms: {
        readAt,
        value: [
          { name: 'web-5xx', state: 'ALARM', reason: 'Threshold crossed.' },
          { name: 'cpu', state: 'OK' },
        ],
      },
    },
    [/^alarm: In ALARM: alarm web-5xx\. Threshold crossed\.$/],
  ],
  [
    'the holder of the lease is named',
    { table: { readAt, value: { entries: [], lease: { holder: executionArn('x'), fence: 1, until: readAt } } } },
    [/^lease: .*:x is changing the service, until/],
  ],
  [
    'a schedule on an old revision is named as in gantry status',
    { others: { readAt, value: [{ name: 'schedule default/nightly', revision: 'web:9' }] } },
    [/^schedules: schedule default\/nightly: web:9$/],
  ],
  [
    'events that never arrived are missed',
    { table: quiet() },
    [/^events: No event has arrived since the start of deployment ecs-svc\/2/],
  ],
  ['events before the deployment do not count', { table: quiet(secondsAfterStart(-7200).toISOString()) }, [/^events:/]],
  ['an event may still come', { table: quiet(undefined, secondsAfterStart(60).toISOString()) }, []],
  [
    'events that were not looked for are not missed',
    { table: { readAt, value: { entries: [entry('a', [-60, 60])] } } },
    [],
  ],
  ['an event after the start of the deployment is enough', { table: quiet(secondsAfterStart(5).toISOString()) }, []],
  [
    'what could not be read says why',
    { alarms: { problem: 'No.' }, table: { problem: 'ResourceNotFoundException: gone' } },
    [
      /^unknown: The ledger and the lease are unknown: ResourceNotFoundException/,
      /^unknown: The alarms are unknown: No\.$/,
    ],
  ],
])('%s', (_, changes, found) => {
  expect(badges(changes)).toEqual(found.map((pattern) => expect.stringMatching(pattern)));
});

it('every badge has the time at which its fact was read', () => {
  const changes: ObservationChanges = {
    alarms: { readAt: 'alarms', value: [{ name: 'a', state: 'ALARM' }] },
    others: { readAt: 'others', value: [{ name: 'schedule default/x', revision: 'web:9' }], problem: 'No.' },
    table: { readAt: 'table', value: { entries: [], lease: { holder: executionArn('x'), fence: 1, until: readAt } } },
  };
  const found = listBadges(observation('test/web', changes), contextWith(), { own, forwardsEvents: true });
  expect(found.map(({ kind, readAt: at }) => [kind, at])).toEqual([
    ['alarm', 'alarms'],
    ['lease', 'table'],
    ['schedules', 'others'],
    ['unknown', 'others'],
  ]);
});

it('no event is missed if the target forwards none', () => {
  expect(badges({ table: quiet() }, false)).toEqual([]);
});

it('a revision of another installation of Gantry is named as such', () => {
  expect(badges({ entries: [ended('web:11')] }, true, contextWith(foreign))).toEqual([
    expect.stringContaining('deployed by another installation of Gantry, other-production in the account 111111111111'),
  ]);
});
