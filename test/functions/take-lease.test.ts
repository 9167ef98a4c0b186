import { describe, expect, it } from 'vitest';
import type { Target } from '../../core/model/release.ts';
import type { LeaseState } from '../../core/model/state-data.ts';
import { createLedgerTable } from './ledger-table.ts';
import { executionArn } from './target-account.ts';

const { put, items, without } = await createLedgerTable();
const { handler } = await import('../../functions/take-lease.ts');
const { assertAndRenewLease: keepLease, assertLeaseHeld: ownLease } = await import('../../aws/lease.ts');
const { releaseLease: giveBack, releaseLeaseOfDeadExecution: giveBackOf } = await import('../../aws/release-lease.ts');

const target: Target = {
  roleArn: 'arn:aws:iam::222222222222:role/test-deployment',
  region: 'eu-west-1',
  cluster: 'web-shop',
  service: 'web',
};
const seconds = (from: number) => new Date(Date.now() + from * 1000);
const me = executionArn('me');
const other = executionArn('other');
const ask = (
  execution: string,
  more: { lease?: LeaseState; verdict?: { at: string }; job?: object; report?: object } = {},
  deadline = seconds(600),
) => handler({ execution, input: { release: { target, deadline: deadline.toISOString() }, ...more } });
const held = (holder: string, fence: number, forSeconds: number) =>
  put({ sk: 'lease', holder, fence, until: seconds(forSeconds).toISOString() });
const lease = async () => (await items()).find(({ sk }) => sk === 'lease');

describe('Take Lease', () => {
  it('takes a free lease, keeps it if the answer was lost, and makes other executions wait', async () => {
    const first = await ask(me);
    expect(first).toMatchObject({ status: 'held', fence: 1 });
    expect(await ask(me)).toMatchObject({ status: 'held', fence: 1 });
    expect(await ask(other)).toMatchObject({ status: 'waiting', holder: me, waitSeconds: 12 });
  });

  it('gives the lease to one of many executions that ask at once', async () => {
    await held(other, 5, -1);
    const answers = await Promise.all(Array.from({ length: 8 }, (_, at) => ask(executionArn(`many-${at}`))));
    expect(answers.filter(({ status }) => status === 'held')).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 'waiting')).toHaveLength(7);
    expect(await lease()).toMatchObject({ fence: 6 });
  });

  it('keeps the start of the wait', async () => {
    await held(other, 7, 100);
    const since = seconds(-400).toISOString();
    const again = await ask(me, { lease: { status: 'waiting', holder: other, since, waitSeconds: 12 } });
    expect(again).toMatchObject({ status: 'waiting', since });
  });

  it('ends the wait of a release at its deadline, and of a rollback after five minutes, and takes no lease', async () => {
    await held(other, 7, 100);
    await expect(ask(me, {}, seconds(-1))).rejects.toMatchObject({ name: 'JobFailed' });
    const since = seconds(-301).toISOString();
    const waiting: LeaseState = { status: 'waiting', holder: other, since, waitSeconds: 12 };
    const failed = { verdict: { at: since }, lease: waiting };
    await expect(ask(me, failed)).rejects.toMatchObject({ name: 'JobFailed', message: expect.stringContaining(other) });
    expect(await lease()).toMatchObject({ holder: other, fence: 7 });
  });

  it('makes no pipeline wait for a rollback longer than until its job must be reported', async () => {
    await held(other, 7, 100);
    const failed = { verdict: { at: seconds(-60).toISOString() } };
    expect(await ask(me, failed, seconds(-31))).toMatchObject({ status: 'waiting' });
    await expect(ask(me, { ...failed, job: {} }, seconds(-31))).rejects.toMatchObject({ name: 'JobFailed' });
    expect(await ask(me, { ...failed, job: {}, report: {} }, seconds(-31))).toMatchObject({ status: 'waiting' });
  });

  it.each([
    ['does not answer', () => undefined],
    ["has another item under the lease's key", () => put({ sk: 'lease', fence: 'x' })],
  ])('continues with a warning if the table %s', async (what, prepare) => {
    await prepare();
    const answer = await (what.startsWith('does') ? without(() => ask(me)) : ask(me));
    expect(answer).toMatchObject({ status: 'none', warning: expect.stringContaining('Without a lease') });
  });
});

describe('the holder of a lease', () => {
  const now = () => ({ execution: me, now: new Date() });
  const mine = (fence: number, left = 30): LeaseState => ({
    status: 'held',
    fence,
    until: seconds(left).toISOString(),
  });

  it('continues while it has the lease, and renews one that would expire too early', async () => {
    await held(me, 9, 100);
    expect(await keepLease(target, mine(9), now())).toMatchObject({ fence: 9 });
    await held(me, 9, 30);
    expect(await ownLease(target, mine(9), now())).toMatchObject({ fence: 9 });
    await keepLease(target, mine(9), now());
    expect(Date.parse(String((await lease())?.until))).toBeGreaterThan(+seconds(100));
  });

  it.each([
    ['another execution has it', other, 10],
    ['another execution has had it in between', me, 11],
  ])('makes no further change if %s', async (_, holder, fence) => {
    await held(holder, fence, 100);
    const refusal = { name: 'RevisionOutOfSync', message: expect.stringContaining('Nothing more was done') };
    await expect(keepLease(target, mine(9), now())).rejects.toMatchObject(refusal);
    await expect(ownLease(target, mine(9), now())).rejects.toMatchObject(refusal);
  });

  it('does not read the table before a step that changes no service, while the lease lasts', async () => {
    expect(await without(() => ownLease(target, mine(9, 100), now()))).toMatchObject({ holder: me, fence: 9 });
    expect(await without(() => ownLease(target, mine(9), now()))).toHaveProperty('unavailable');
  });

  it('continues if the table does not answer, or if it never had a lease', async () => {
    expect(await without(() => keepLease(target, mine(9), now()))).toHaveProperty('unavailable');
    expect(await keepLease(target, { status: 'none', warning: '' }, now())).toBeUndefined();
    expect(await keepLease(target, undefined, now())).toBeUndefined();
  });

  it('releases only its own lease', async () => {
    await held(me, 12, 100);
    const earlier = { execution: me, now: seconds(-11) };
    await giveBack(target, mine(12), earlier);
    expect(await ask(other)).toMatchObject({ status: 'held', fence: 13 });
    await giveBack(target, mine(12), earlier);
    await giveBackOf(target, earlier);
    expect(await ask(me)).toMatchObject({ status: 'waiting', holder: other });
    await giveBackOf(target, { now: seconds(-71), execution: other });
    expect(await ask(me)).toMatchObject({ status: 'held', fence: 14 });
  });

  it('makes others wait until ECS shows what it has written, and releases the lease only once', async () => {
    await held(me, 15, 100);
    await giveBack(target, mine(15), { execution: me, now: seconds(-6) });
    await giveBack(target, mine(15), { execution: me, now: seconds(0) });
    expect(await ask(other)).toMatchObject({ status: 'waiting', holder: me, waitSeconds: 4 });
    await held(me, 14, 100);
  });

  it('releases nothing and does not fail if the table does not answer', async () => {
    await without(() => giveBack(target, mine(14), now()));
    await without(() => giveBackOf(target, now()));
    expect(await lease()).toMatchObject({ holder: me, fence: 14 });
  });
});
