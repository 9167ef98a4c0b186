import { describe, expect, it } from 'vitest';
import {
  decideLease,
  decideLeaseWait,
  expireLeaseOfDeadExecution,
  isLeaseHeldBy,
  isLeaseLongEnoughToWrite,
  isLeaseUnreleased,
  type Lease,
  type LeaseWait,
  markLeaseReleased,
} from '../../../core/service/lease.ts';

const now = new Date('2026-11-23T09:00:00.000Z');
const at = (seconds: number) => new Date(now.getTime() + seconds * 1000);
const me = 'arn:aws:states:eu-west-1:111111111111:execution:deploy:me';
const other = `${me}-not`;
const lease = (changes: Partial<Lease> = {}): Lease => ({
  holder: other,
  fence: 7,
  until: at(60).toISOString(),
  ...changes,
});
const until = at(180).toISOString();

describe('a lease', () => {
  it.each<[what: string, found: Lease | undefined, next: Lease | undefined]>([
    ['that nobody ever held is taken with the first fence', undefined, { holder: me, fence: 1, until }],
    ['of another execution is not taken', lease(), undefined],
    [
      'of another execution is not taken in its last millisecond',
      lease({ until: new Date(+now + 1).toISOString() }),
      undefined,
    ],
    [
      'that has expired is taken with the next fence',
      lease({ until: now.toISOString() }),
      { holder: me, fence: 8, until },
    ],
    ['of our own is renewed with its fence', lease({ holder: me }), { holder: me, fence: 7, until }],
    [
      'of our own that expired, and that nobody else took, keeps its fence',
      lease({ holder: me, until: at(-9).toISOString() }),
      { holder: me, fence: 7, until },
    ],
    [
      'that was just released is not free, because ECS can still show an old state',
      markLeaseReleased(lease(), now),
      undefined,
    ],
    [
      'that was released ten seconds ago is free, and its fence is kept',
      markLeaseReleased(lease(), at(-10)),
      { holder: me, fence: 8, until },
    ],
    [
      'that was released and is our own is taken again, and is not released any more',
      markLeaseReleased(lease({ holder: me }), now),
      { holder: me, fence: 7, until },
    ],
  ])('%s', (_, found, next) => {
    expect(decideLease(found, { execution: me, now })).toEqual(next);
  });

  it.each<[what: string, found: Lease, held: boolean]>([
    ['ours', lease({ holder: me }), true],
    ['lost to another execution', lease(), false],
    ['lost, although we hold it again: another execution held it in between', lease({ holder: me, fence: 9 }), false],
  ])('is %s', (_, found, held) => {
    expect(isLeaseHeldBy(found, me, 7)).toBe(held);
  });

  it.each<[what: string, left: number, free: number]>([
    ['lasts until its function cannot write any more', 100, 70],
    ['is not extended', 20, 20],
  ])('of a dead execution %s', (_, left, free) => {
    const expired = expireLeaseOfDeadExecution(lease({ until: at(left).toISOString() }), now);
    expect(expired.until).toBe(at(free).toISOString());
    expect(isLeaseUnreleased(expired)).toBe(false);
  });

  it.each([
    [61, true],
    [60, false],
    [-1, false],
  ])('with %d seconds left lasts for a write: %s', (seconds, lasts) => {
    expect(isLeaseLongEnoughToWrite(lease({ until: at(seconds).toISOString() }), now)).toBe(lasts);
  });
});

describe('an execution that waits for a lease', () => {
  const turn = (changes: Partial<LeaseWait> = {}): LeaseWait => ({
    what: 'web',
    now,
    since: now,
    wantedSince: now,
    until: at(3600),
    isRollback: false,
    ...changes,
  });

  it.each<[what: string, found: Lease, given: LeaseWait, seconds: number]>([
    ['checks again soon', lease(), turn(), 12],
    ['checks again when the lease expires', lease({ until: at(3.2).toISOString() }), turn(), 4],
    ['checks less often after a long time', lease(), turn({ since: at(-600), wantedSince: at(-600) }), 30],
    ['looks less often if it is a rollback that is tried again', lease(), turn({ wantedSince: at(-600) }), 30],
    ['does not wait past its own deadline', lease(), turn({ until: at(5) }), 6],
  ])('%s', (_, found, given, seconds) => {
    expect(decideLeaseWait(found, given)).toEqual({
      status: 'waiting',
      holder: other,
      since: given.since.toISOString(),
      waitSeconds: seconds,
    });
  });

  it.each([
    ['a release fails at its deadline', false, "when this release's time was over."],
    ['a rollback reports in time, and is tried again', true, 'The rollback is tried again.'],
  ])('%s, and names the holder', (_, isRollback, end) => {
    const wait = () => decideLeaseWait(lease(), turn({ until: now, isRollback }));
    expect(wait).toThrow(expect.objectContaining({ name: 'JobFailed', message: expect.stringContaining(other) }));
    expect(wait).toThrow(end);
  });
});
