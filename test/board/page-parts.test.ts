import { describe, expect, it } from 'vitest';
import { describeChanges, describeTitle } from '../../board/page/announcements.ts';
import { formatDuration, formatRelative, type RelativeForm } from '../../board/page/format-time.ts';
import { readOutcome } from '../../board/page/outcome.ts';
import {
  type ActionDialog,
  applyDetails,
  applyPreview,
  applyResult,
  findAwsTime,
} from '../../board/page/page-state.ts';
import { connectServer } from '../../board/page/server.ts';
import { parseFragment } from '../../board/page/token.ts';
import type { Cell } from '../../core/board/cell-data.ts';
import type { BoardData } from '../../core/board/data.ts';
import { at, cell, detailsOf, sampleBoard } from './sample-board.ts';

const [second, minute, hour, day] = [1000, 60_000, 3_600_000, 86_400_000];

describe('a length of time', () => {
  it.each([
    [0, '0 s'],
    [-5 * second, '0 s'],
    [59_999, '59 s'],
    [minute, '1 min'],
    [hour - 1, '59 min'],
    [hour, '1 h'],
    [2 * day - 1, '47 h'],
    [2 * day, '2 d'],
    [400 * day, '400 d'],
  ])('of %j ms is %s', (length, text) => {
    expect(formatDuration(length)).toBe(text);
  });

  it.each<[offset: number, form: RelativeForm, text: string]>([
    [0, 'age', 'just now'],
    [3 * second, 'age', 'just now'],
    [-4 * minute, 'age', '4 min ago'],
    [8 * minute, 'left', '8 min left'],
    [0, 'left', 'over for 0 s'],
    [-2 * hour, 'left', 'over for 2 h'],
  ])('that begins or ends %j ms from now is told as %s: %s', (offset, form, text) => {
    const now = Date.parse(at);
    expect(formatRelative(new Date(now + offset).toISOString(), form, now)).toBe(text);
  });
});

describe('the token in the address', () => {
  it.each([
    ['#token=abcDEF-123_~.', 'abcDEF-123_~.'],
    ['#abcDEF-123', undefined],
    ['', undefined],
    ['#', undefined],
    ['#token=', undefined],
    // The summary's links.
    ['#cell-1-2', undefined],
    ['#release-12', undefined],
    ['#token=<script>alert</script>', undefined],
  ])('of %j is %j', (hash, token) => {
    expect(parseFragment(hash)).toBe(token);
  });
});

describe('how a release ended', () => {
  it.each([
    [undefined, 'running'],
    ['Succeeded', 'succeeded'],
    ['Unchanged', 'neutral'],
    ['NothingToDo', 'neutral'],
    ['Failed', 'failed'],
    ['RolledBack', 'failed'],
    ['Superseded', 'neutral'],
    ['SomethingNew', 'neutral'],
  ] as const)('with the result %j is %s', (result, outcome) => {
    expect(readOutcome({ result })).toBe(outcome);
  });
});

describe('what the page knows', () => {
  const dialog: ActionDialog = { target: 'prod/web', kind: 'rollback', choice: 'web:40', isBusy: true };
  const answer = { value: { id: '1', lines: [], command: '' } };

  it.each<[what: string, shown: ActionDialog | undefined, isTaken: boolean]>([
    ['of the choice that is shown', dialog, true],
    ['of another choice', { ...dialog, choice: 'web:39' }, false],
    ['of another action', { ...dialog, kind: 'redeploy' }, false],
    ['of another service', { ...dialog, target: 'test/web' }, false],
    ['of a dialog that is closed', undefined, false],
  ])('takes a preview %s: %#', (_, shown, isTaken) => {
    expect(applyPreview({ dialog: shown }, dialog, answer).dialog?.preview !== undefined).toBe(isTaken);
  });

  it('does not keep an old preview for a second confirmation after a refusal without a new one', () => {
    const state = { dialog: { ...dialog, preview: answer.value } };
    expect(applyResult(state, 'prod/web', { status: 403, error: 'denied' }).dialog).toMatchObject({
      error: 'denied',
      preview: undefined,
      isBusy: false,
    });
  });

  it('keeps the details of a release beside the reason why they could not be read again, and none of another release', () => {
    const [details, drawer] = [detailsOf('a'), { id: 'a', details: detailsOf('a') }];
    expect(applyDetails({ drawer }, 'a', { status: 0, error: 'gone' }).drawer).toEqual({
      id: 'a',
      details,
      error: 'gone',
    });
    expect(applyDetails({ drawer }, 'b', { value: details }).drawer).toBe(drawer);
    expect(applyDetails({}, 'a', { value: details })).toEqual({});
  });

  it('tells the time of AWS, whatever the reader’s clock says', () => {
    const state = { data: sampleBoard, receivedAt: 5000 };
    expect(findAwsTime(state, 9000)).toBe(Date.parse(at) + 4000);
    expect(findAwsTime({}, 9000)).toBe(9000);
  });
});

describe('a change on the board', () => {
  const withStates = (states: Record<string, Cell['state']>): BoardData => ({
    ...sampleBoard,
    rows: Object.entries(states).map(([target, state]) => ({
      id: target,
      cells: { test: { ...cell(target), state } },
      promotions: {},
    })),
  });

  it.each<[what: string, before: BoardData | undefined, after: Record<string, Cell['state']>, text: string]>([
    ['the first reading', undefined, { a: 'failed' }, ''],
    ['no change', withStates({ a: 'failed' }), { a: 'failed' }, ''],
    ['an end', withStates({ a: 'in progress', b: 'at rest' }), { a: 'failed', b: 'at rest' }, 'a: failed.'],
    ['two changes', withStates({ a: 'at rest' }), { a: 'in progress', b: 'waiting' }, 'a: in progress. b: waiting.'],
    ['what has only been read now', withStates({ a: 'loading' }), { a: 'at rest' }, ''],
  ])('is told to screen readers: %s', (_, before, after, text) => {
    expect(describeChanges(before, withStates(after))).toBe(text);
  });

  it('is in the title of the tab, what needs a person first', () => {
    expect(describeTitle(undefined)).toBe('Delivery board');
    expect(describeTitle(withStates({ a: 'at rest' }))).toBe('gantry-production');
    expect(describeTitle(withStates({ a: 'failed' }), false)).toBe('Connection lost · gantry-production');
    expect(describeTitle(withStates({ a: 'in progress', b: 'failed', c: 'failed', d: 'waiting' }))).toBe(
      '2 failed · 1 waiting · 1 in progress · gantry-production',
    );
  });
});

describe('the server’s answer', () => {
  const respond = (status: number, body: string) => connectServer('secret', async () => new Response(body, { status }));

  it.each<[status: number, body: string, error: RegExp]>([
    [401, '{"error":"wrong token"}', /not valid any more/],
    [403, '{"error":"You may not assume deploy."}', /^You may not assume deploy\.$/],
    [502, '<html>bad gateway</html>', /^The board’s server answered with status 502\.$/],
    [500, '{"error":{"a":1}}', /^The board’s server answered with status 500\.$/],
    [200, 'no JSON', /does not answer/],
  ])('%j with the body %s is told', async (status, body, error) => {
    expect(await respond(status, body).readBoard()).toMatchObject({ error: expect.stringMatching(error) });
  });

  it('sends the token with every request, and only in its header', async () => {
    const sent: [string, string | null][] = [];
    const server = connectServer('secret', async (path, init) => {
      sent.push([String(path), new Headers(init?.headers).get('authorization')]);
      return Response.json({});
    });
    await Promise.all([
      server.readBoard(),
      server.readRelease('a/b?c'),
      server.preview({ target: 'prod/web', kind: 'redeploy' }),
      server.confirm({ preview: '1' }),
    ]);
    expect(sent).toEqual(
      ['api/board', 'api/releases/a%2Fb%3Fc', 'api/preview', 'api/actions'].map((path) => [path, 'Bearer secret']),
    );
  });
});
