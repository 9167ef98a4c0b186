import { describe, expect, it } from 'vitest';
import type { Superseder } from '../../../core/model/superseder.ts';
import type { LedgerEntry } from '../../../core/reporting/ledger.ts';
import { findSuperseder } from '../../../core/reporting/superseder.ts';

import { describeRevisionOrigin, formatDeploymentStarter } from '../../../core/rollout/starter.ts';

const pinned = 'registry/web@sha256:1';
const ours = 'arn:deploy:ours';
const began = (minute: number) => new Date(Date.parse('2026-11-29T12:00:00Z') + minute * 60_000);

const entry = (
  execution: string,
  from: number,
  to: number | undefined,
  change: Partial<LedgerEntry> = {},
): LedgerEntry => ({
  version: '1',
  kind: 'deploy',
  execution,
  service: { account: '222222222222', region: 'eu-west-1', cluster: 'shop', name: 'web' },
  source: { type: 'hand' },
  images: [{ name: 'app', imageUri: 'registry/web:1', pinned }],
  start: began(from).toISOString(),
  ...(to !== undefined && { end: began(to).toISOString(), result: 'Succeeded' as const }),
  ...change,
});

/** Our release runs from minute 0 on, and copies web:12. The newer deployment of web:14 began in minute 5. */
const own = entry(ours, 0, undefined, { base: 'web:12' });
const other = (from: number, to: number | undefined, change: Partial<LedgerEntry> = {}) =>
  entry('arn:deploy:other', from, to, change);
const rollback = (change: Partial<LedgerEntry>) =>
  entry('arn:rollback:one', 4, undefined, { kind: 'rollback', ...change });

interface Newer {
  taskDefinition?: string;
  registeredBy?: string;
  /** In minutes after the start of ours. */
  registeredAt?: number;
  images?: string[];
}

const installation = { account: '111111111111', region: 'eu-west-1', name: 'gantry-production' };
const elsewhere = (machine: string) => `arn:aws:states:eu-west-1:999999999999:execution:gantry-production-${machine}:1`;

const find = (entries: LedgerEntry[], { taskDefinition = 'web:14', ...newer }: Newer = {}): Superseder | undefined => {
  const counts = { desired: 1, running: 1, pending: 0, failed: 0 };
  const deployment = { id: 'ecs-svc/2', status: 'PRIMARY', taskDefinition, createdAt: began(5), ...counts };
  const newest = {
    rollout: { deploymentId: 'ecs-svc/1', taskDefinition: 'web:13', startedAt: began(3).toISOString() },
    newestImages: newer.images?.map((image) => ({ name: 'app', image })),
    newestRegisteredBy: newer.registeredBy,
    newestRegisteredAt: newer.registeredAt === undefined ? undefined : began(newer.registeredAt),
  };
  return findSuperseder(newest, deployment, { entries: [...entries, own], execution: ours, installation });
};

const deploy = { execution: 'arn:deploy:other', kind: 'deploy' };
const restore = { execution: 'arn:rollback:one', kind: 'rollback' };
const tagged = { registeredBy: 'arn:deploy:other' };

describe('a newer deployment was started by', () => {
  it.each<[what: string, entries: LedgerEntry[], newer: Newer, expected: object | undefined]>([
    ['a release of Gantry that still runs', [other(3, undefined)], tagged, deploy],
    ['a release of Gantry that has ended', [other(3, 8, { after: 'web:14' })], {}, deploy],
    [
      'a release of Gantry that deploys an existing revision',
      [other(3, undefined, { base: 'web:14' })],
      { images: [pinned] },
      deploy,
    ],
    [
      'a release of Gantry that deploys an existing revision and names no image',
      [other(3, undefined, { base: 'web:14', images: [] })],
      { images: [pinned] },
      deploy,
    ],
    ['a rollback of Gantry that stops the newest deployment', [rollback({ after: 'web:14' })], {}, restore],
    [
      'a release of another installation, which registered the revision just before',
      [],
      { registeredBy: elsewhere('deploy'), registeredAt: 4 },
      { execution: elsewhere('deploy'), kind: 'deploy', isElsewhere: true },
    ],
    [
      'a rollback of another installation, which registered the revision again just before',
      [other(3, undefined, { base: 'web:13' })],
      { registeredBy: elsewhere('rollback'), registeredAt: 4 },
      { execution: elsewhere('rollback'), kind: 'rollback', isElsewhere: true },
    ],
    [
      'somebody else, with a revision that another installation registered before ours began',
      [],
      { registeredBy: elsewhere('deploy'), registeredAt: -60 },
      undefined,
    ],
    [
      'somebody else, with a revision that another installation registered at a time that is not known',
      [],
      { registeredBy: elsewhere('deploy') },
      undefined,
    ],
    [
      'somebody else, with a revision whose tag is no execution of Gantry',
      [],
      { registeredBy: 'by hand', registeredAt: 4 },
      undefined,
    ],
    ['a rollback of Gantry that still runs', [rollback({ base: 'web:14' })], {}, restore],
    [
      'a rollback of Gantry to a revision of an earlier release',
      [rollback({ base: 'web:14' }), other(-60, -50, { after: 'web:14' })],
      tagged,
      restore,
    ],
    ['somebody else, with a revision of their own', [other(3, undefined, { base: 'web:13' })], {}, undefined],
    [
      'somebody else, with a revision that Gantry registered long ago',
      [other(-60, -50, { after: 'web:14' })],
      tagged,
      undefined,
    ],
    [
      'somebody else, with a revision that Gantry registered for a release that ended before',
      [other(1, 2, { after: 'web:14' })],
      tagged,
      undefined,
    ],
    [
      'somebody else, while a release of Gantry copies the same revision',
      [other(3, undefined, { base: 'web:14' })],
      { images: ['registry/web@sha256:2'] },
      undefined,
    ],
    [
      'somebody else, with the revision that ours copies',
      [],
      { taskDefinition: 'web:12', images: [pinned] },
      undefined,
    ],
    ['somebody else, with a revision that ours registered', [], { registeredBy: ours }, undefined],
    [
      'somebody else, although a release of Gantry began later',
      [other(7, undefined, { base: 'web:14' })],
      { images: [pinned] },
      undefined,
    ],
  ])('%s', (_, entries, newer, expected) => {
    expect(find(entries, newer)).toEqual(expected);
  });
});

describe('the reason of a superseded release names', () => {
  const registered = " Its revision was registered by Gantry's execution arn:deploy:other.";
  it.each<
    [
      what: string,
      superseder: Superseder | 'unknown' | undefined,
      tag: string | undefined,
      starter: string,
      origin: string,
    ]
  >([
    [
      "Gantry's release",
      { execution: 'arn:deploy:other', kind: 'deploy' },
      'arn:deploy:other',
      "Gantry's own release arn:deploy:other",
      '',
    ],
    [
      "Gantry's rollback",
      { execution: 'arn:rollback:one', kind: 'rollback' },
      'arn:deploy:other',
      "Gantry's own rollback arn:rollback:one",
      '',
    ],
    [
      'the release of another installation',
      { execution: elsewhere('deploy'), kind: 'deploy', isElsewhere: true },
      elsewhere('deploy'),
      `the release ${elsewhere('deploy')} of another installation of Gantry`,
      '',
    ],
    ['somebody else', undefined, undefined, 'somebody else', ''],
    ['somebody else with a revision of Gantry', undefined, 'arn:deploy:other', 'somebody else', registered],
    [
      'what is known if the ledger does not answer',
      'unknown',
      'arn:deploy:other',
      'somebody else or another execution of Gantry (the ledger did not answer)',
      registered,
    ],
  ])('%s', (_, superseder, newestRegisteredBy, starter, origin) => {
    expect([
      formatDeploymentStarter({ superseder }),
      describeRevisionOrigin({ superseder, newestRegisteredBy }),
    ]).toEqual([starter, origin]);
  });
});
