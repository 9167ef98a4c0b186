import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { formatStatusTable } from '../../cli/status-table.ts';
import type { TargetStatus, UnreadableTarget } from '../../cli/target-status.ts';
import { measureWidth } from '../../cli/wrap-text.ts';
import type { LifecycleHook } from '../../core/model/stage-progress.ts';

const arn = (revision: string) => `arn:aws:ecs:eu-west-1:222222222222:task-definition/${revision}`;
const tasks = { taskDefinition: arn('web:12'), status: 'PRIMARY', desired: 2, running: 2, pending: 0, failed: 0 };

const steady: TargetStatus = {
  target: 'test/web',
  taskDefinition: arn('web:12'),
  since: '2026-11-29T09:00:00Z',
  readAt: '2026-11-29T12:00:00Z',
  images: [],
  release: {},
  commit: '7c211433f02071597741e6ff5a8ea34789abbf43',
  rollingOut: false,
  deployments: [tasks],
  lease: 'free',
};
const denied: UnreadableTarget = {
  target: 'prod/web',
  problem:
    'The role arn:aws:iam::333333333333:role/prod-deployment-viewer cannot be assumed by your credentials, arn:aws:iam::111111111111:user/me.',
  exitCode: 4,
};
const longName = 'checkout-with-a-very-long-name-that-somebody-once-chose-for-good-reasons';

const table = (found: (TargetStatus | UnreadableTarget)[], columns?: number): string[] =>
  formatStatusTable(found, columns).map(stripVTControlCharacters).join('\n').split('\n');

describe('the table of all services', () => {
  it('has one line for each, with the commit, since when, the tasks and the state', () => {
    const rolling = { ...steady, target: 'prod/web', rollingOut: true, deployments: [{ ...tasks, running: 1 }] };
    expect(table([steady, rolling], 80)).toEqual([
      'TARGET  SERVICE  REVISION  COMMIT   SINCE    TASKS  STATE',
      'test    web      web:12    7c21143  3 h ago  2/2    steady',
      'prod    web      web:12    7c21143  3 h ago  1/2    rolling out',
    ]);
  });

  it.each<[what: string, change: Partial<TargetStatus>, cells: string]>([
    ['a held lease', { lease: { holder: 'x', until: 'y' } }, '2/2    in a release'],
    ['a held lease and a rollout', { lease: { holder: 'x', until: 'y' }, rollingOut: true }, '2/2    in a release'],
    ['a revision of months ago', { since: '2026-06-29T09:00:00Z' }, 'web:12    7c21143  153 d ago  2/2'],
    ['no tasks', { deployments: [{ ...tasks, running: 0, desired: 0 }] }, '0/0    steady'],
    [
      'an old deployment',
      {
        rollingOut: true,
        deployments: [
          { ...tasks, running: 0 },
          { ...tasks, status: 'ACTIVE' },
        ],
      },
      '0/2    rolling out',
    ],
  ])('of a service with %s ends with %j', (_, change, cells) => {
    expect(table([{ ...steady, ...change }], 80)[1]).toContain(cells);
  });

  it('leaves out the column of the commits if no commit is known', () => {
    const { commit: _, ...unknown } = steady;
    expect(table([unknown], 80)[0]).toBe('TARGET  SERVICE  REVISION  SINCE    TASKS  STATE');
  });

  const hook: LifecycleHook = {
    id: `ecs-pause-${'0a'.repeat(21)}`,
    waitsFor: 'person',
    status: 'AWAITING_ACTION',
    since: '2026-11-29T11:00:00.000Z',
    expiresAt: '2026-11-29T12:30:00.000Z',
    timeoutAction: 'ROLLBACK',
    command: `gantry continue test/web --hook ecs-pause-${'0a'.repeat(21)}`,
  };

  it.each<[what: string, change: Partial<TargetStatus>, state: string, below: string[]]>([
    [
      'that waits for a person',
      { waiting: [hook] },
      'waits for a person',
      [
        '',
        `test/web: The deployment waits for a person since 11:00 UTC, until 12:30 UTC; then ECS rolls it back. To answer: ${hook.command}`,
      ],
    ],
    [
      'of a release that waits for a person',
      { waiting: [{ ...hook, since: undefined, command: undefined }], lease: { holder: 'x', until: 'y' } },
      'waits for a person',
      [
        '',
        `test/web: The deployment waits for a person until 12:30 UTC; then ECS rolls it back. Lifecycle hook: ${hook.id}`,
      ],
    ],
    ['that waits for a function', { waiting: [{ ...hook, waitsFor: 'function' }] }, 'rolling out', []],
  ])(
    'says of a deployment %s what it waits for, and below it since when and how to answer',
    (_, change, state, below) => {
      const lines = table([{ ...steady, rollingOut: true, ...change }]);
      expect(lines[1]).toMatch(new RegExp(`2/2    ${state}$`));
      expect(lines.slice(2)).toEqual(below);
    },
  );

  it('says so if no service exists', () => {
    expect(table([], 80)).toEqual(['There is no service that gantry.config.ts names or that matches its patterns.']);
  });

  it('has a line for a service that could not be read, and below it once why, for all with the same problem', () => {
    const lines = table([steady, denied, { ...denied, target: 'prod/api' }], 80);
    expect(lines.slice(1, 4).map((line) => line.replace(/ +/g, ' '))).toEqual([
      'test web web:12 7c21143 3 h ago 2/2 steady',
      'prod web unreadable',
      'prod api unreadable',
    ]);
    expect(lines[4]).toBe('');
    expect(
      lines
        .slice(5)
        .map((line) => line.trim())
        .join(' '),
    ).toBe(`prod/web, prod/api: ${denied.problem}`);
  });

  it('says below if the table does not answer', () => {
    expect(table([{ ...steady, lease: 'unknown' }], 100).at(-1)).toBe(
      'test/web: whether it is in a release is unknown, because the table does not answer.',
    );
  });

  it('has one line of 80 columns for a service with usual names, whose revision is shown without the family', () => {
    const usual = { ...steady, target: 'production/payments-worker', taskDefinition: arn('payments-worker:1312') };
    expect(table([usual], 80)[1]).toBe('production  payments-worker  :1312     7c21143  3 h ago  2/2    steady');
    expect(table([usual], 100)[1]).toContain('payments-worker  payments-worker:1312  7c21143');
  });

  const longRow = { ...steady, target: `test/${longName}`, taskDefinition: arn(`${longName}:12`) };

  it.each([72, 80, 160])('fits into %i columns and breaks no word, however long the names are', (columns) => {
    const lines = table([steady, longRow, denied], columns);
    const tooWide = lines.filter((line) => measureWidth(line) > columns);
    // Only a single word can be wider, because a word cannot be broken.
    expect(tooWide.filter((line) => line.trim().split(/ +/).length > 2)).toEqual([]);
    expect(lines.join('\n')).toContain(longName);
    expect(lines.find((line) => line.startsWith('test    web '))).toMatch(/3 h ago +2\/2 +steady$/);
  });

  it('has one line for each service on a wide terminal and in a file', () => {
    expect(table([steady, longRow], 220)).toHaveLength(3);
    expect(table([steady, longRow])).toHaveLength(3);
  });
});
