import { expect, it } from 'vitest';
import { assembleBoard } from '../../../core/board/assemble.ts';
import type { ReleaseDetails } from '../../../core/board/details-data.ts';
import { maskAccountIds, mayContainAccountId } from '../../../core/board/mask-accounts.ts';
import { toReleaseLine } from '../../../core/board/release-line.ts';
import { createStaticBoard } from '../../../core/board/static-data.ts';
import {
  config,
  contextWith,
  definition,
  entry,
  executionArn,
  imageOf,
  observation,
  readAt,
  revisionOf,
} from './facts.ts';

const digest = '0123456789abcdef'.repeat(4);

it.each([
  ['an ARN', 'arn:aws:ecs:eu-west-1:222222222222:service/web', 'arn:aws:ecs:eu-west-1:••••••••••••:service/web'],
  ['the ARN of a role', 'arn:aws:iam::222222222222:role/x', 'arn:aws:iam::••••••••••••:role/x'],
  [
    'the host of a registry',
    '111111111111.dkr.ecr.eu-west-1.amazonaws.com/shop',
    '••••••••••••.dkr.ecr.eu-west-1.amazonaws.com/shop',
  ],
  ['a bucket', 'shop-artifacts-111111111111/x', 'shop-artifacts-••••••••••••/x'],
  ['an account that the configuration does not name', 'by 987654321098', 'by ••••••••••••'],
  ['the form of the console', 'account 1234-5678-9012.', 'account ••••••••••••.'],
  ['the form with spaces', 'account 1234 5678 9012', 'account ••••••••••••'],
  ['an encoded link', 'https://x/%3A111111111111%3A', 'https://x/%3A••••••••••••%3A'],
  ['between underscores and letters', 'a_111111111111b', 'a_••••••••••••b'],
  ['a digest, which is none', `sha256:${digest}`, `sha256:${digest}`],
  ['a commit of digits, which is none', '1'.repeat(40), '1'.repeat(40)],
  ['the number of a deployment, which is none', 'ecs-svc/1234567890123456789', 'ecs-svc/1234567890123456789'],
  ['a time, which is none', '2026-11-23T09:00:00.000Z', '2026-11-23T09:00:00.000Z'],
  ['a phone-like part of a UUID, which is none', 'ab-1234-5678-9012-cd', 'ab-1234-5678-9012-cd'],
])('account ids are masked in %s', (_, text, masked) => {
  expect(maskAccountIds(text)).toBe(masked);
  expect(mayContainAccountId(text)).toBe(text !== masked);
});

const hostile =
  'deployed by arn:aws:sts::444444444444:assumed-role/x/y from 555555555555.dkr.ecr.eu-west-1.amazonaws.com';
const log = ['Error: secret of the container'];
const failed = entry('a', [-60, 60], {
  execution: executionArn('now'),
  result: 'RolledBack',
  reason: hostile,
  source: { type: 'hand', by: hostile, reason: hostile },
  commit: { id: 'a'.repeat(40), summary: hostile },
});
const status = { taskDefinition: revisionOf('test/web', 'web:13'), desired: 2, running: 2, pending: 0 };
const tail = { container: 'app', task: 'x', lines: log };
const seen = observation('test/web', {
  entries: [failed],
  ended: {
    verdict: { outcome: 'failed', reason: hostile, rollBack: 'none', at: readAt, log: tail, serviceStatus: status },
  },
  alarms: { readAt, value: [{ name: hostile, state: 'ALARM', reason: hostile }], problem: hostile },
  others: { readAt, value: [{ name: hostile, revision: 'web:9' }] },
});
const data = assembleBoard(
  {
    ...contextWith(definition(status.taskDefinition, imageOf('a'))),
    services: [seen, observation('prod/web')],
    problems: [{ about: hostile, text: hostile, readAt }],
  },
  config,
  'production',
);
const details: ReleaseDetails[] = [
  {
    line: toReleaseLine(failed),
    timeline: { value: [{ at: readAt, text: hostile, source: 'ecs' }] },
    changes: { value: [{ field: hostile, before: hostile, after: hostile }] },
    links: [
      {
        label: 'Service',
        url: 'https://eu-west-1.console.aws.amazon.com/ecs/v2/clusters/web-shop/services/web?region=eu-west-1',
      },
      {
        label: 'Execution',
        url: `https://eu-west-1.console.aws.amazon.com/states/home#/v2/executions/details/${executionArn('now')}`,
      },
    ],
    commands: [{ label: 'Watch', command: `gantry watch ${executionArn('now')}` }],
    failure: { reason: hostile, log },
  },
];

it('the static form contains no account id, no log and no link with an account id, whichever field the text is in', () => {
  const board = createStaticBoard({ data, details }, { withAccountIds: false, withLogs: false });
  const text = JSON.stringify(board);
  expect(text).not.toMatch(/(?<![.\d])\d{12}/);
  expect(text).not.toContain('secret of the container');
  expect(board.details[0]?.links.map(({ label }) => label)).toEqual(['Service']);
  expect(board.data.rows[0]?.cells.test?.state).toBe('failed');
  expect(board.details[0]?.line.id).toBe(board.data.rows[0]?.cells.test?.release);
});

it('the static form contains account ids and logs if they are asked for', () => {
  const board = createStaticBoard({ data, details }, { withAccountIds: true, withLogs: true });
  expect(board.details).toEqual(details);
  expect(board.data.rows[0]?.cells.test?.failure?.log).toContain('  Error: secret of the container');
});

it('the static form has no button that works, and keeps the commands', () => {
  const board = createStaticBoard({ data, details }, { withAccountIds: false, withLogs: false });
  const actions = board.data.rows.flatMap(({ cells }) => Object.values(cells)).flatMap((cell) => cell.actions);
  expect(actions.map(({ available }) => available)).not.toContain(true);
  expect(actions.map(({ command }) => command)).toContain('gantry redeploy prod/web');
});
