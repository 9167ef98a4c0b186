import { expect, it } from 'vitest';
import { needsLateLedgerEntry } from '../../../core/reporting/late-entry.ts';

const pipeline = { type: 'pipeline' as const, name: 'shop' };
const hand = { type: 'hand' as const };
const event = { type: 'event' as const, id: '1', detailType: 'CloudWatch Alarm State Change', account: '222222222222' };
const confirmed = { isConfirmed: true, isTakenOver: false, isDelivered: true };
const unconfirmed = { isConfirmed: false, isTakenOver: false, isDelivered: false };

it.each([
  ['of a person', { source: hand, status: 'ABORTED', ...confirmed, isDelivered: false }, true],
  ['of a job', { source: pipeline, status: 'ABORTED', ...confirmed }, true],
  ['of a job that is over', { source: pipeline, status: 'TIMED_OUT', ...confirmed, isDelivered: false }, true],
  ['of an event, which can concern several services', { source: event, status: 'ABORTED', ...confirmed }, false],
  [
    'of a job that was not confirmed and is reported now',
    { source: pipeline, status: 'ABORTED', ...unconfirmed, isDelivered: true },
    true,
  ],
  [
    'of a job that was not confirmed, and that it reported itself',
    { source: pipeline, status: 'FAILED', ...unconfirmed },
    true,
  ],
  [
    'of a job that CodePipeline still offers to another execution',
    { source: pipeline, status: 'ABORTED', ...unconfirmed },
    false,
  ],
  [
    'of a job that another execution has',
    { source: pipeline, status: 'FAILED', ...unconfirmed, isTakenOver: true },
    false,
  ],
] as const)('a dead execution %s: whether it gets a ledger entry that it did not write itself', (_, dead, needs) => {
  expect(needsLateLedgerEntry(dead)).toBe(needs);
});
