import { describe, expect, it } from 'vitest';
import { tryParseJobOfRequest } from '../../../core/reporting/dead-execution.ts';
import { type LedgerEntry, ledgerEntrySchema } from '../../../core/reporting/ledger.ts';
import { parseJobInput } from '../../../core/request/job-input.ts';
import { leaseSchema } from '../../../core/service/lease.ts';
import { findExecutionsToWake } from '../../../core/waiting/sleeping-executions.ts';

/*
 * The items that executions of the last release left in the table, and the form of their inputs. An update immediately replaces the functions that events and
 * schedules invoke, so the new functions must still be able to read all these items. A change here breaks running executions.
 */

const execution = 'arn:aws:states:eu-west-1:111111111111:execution:web-shop-production-deploy:manual-1';
const start = '2026-11-23T09:00:00.000Z';
const revision = (number: number) => `arn:aws:ecs:eu-west-1:222222222222:task-definition/web:${number}`;

const ledgerEntry = {
  pk: 'service#222222222222/eu-west-1/web-shop/web',
  sk: `deployment#${start}#manual-1`,
  expires: 1_798_620_000,
  version: '1',
  kind: 'deploy',
  execution,
  service: { account: '222222222222', region: 'eu-west-1', cluster: 'web-shop', name: 'web' },
  target: 'test/web',
  source: { type: 'hand' },
  images: [{ name: 'app', imageUri: 'repository:1', pinned: `repository@sha256:${'0'.repeat(64)}` }],
  before: revision(1),
  after: revision(2),
  start,
  end: '2026-11-23T09:05:00.000Z',
  result: 'RolledBack',
  reason: 'It crashed.',
  base: revision(1),
  verdict: 'failed',
  tasks: 2,
  rollBackOnFailure: false,
  rollback: { end: '2026-11-23T09:15:00.000Z', rolledBack: true, sentence: 'It runs web:1.' },
};
const { pk: _pk, sk: _sk, expires: _expires, ...expectedEntry } = ledgerEntry;

const watchItem = {
  pk: ledgerEntry.pk,
  sk: 'watch',
  noticed: '2026-11-23T08:59:00.000Z',
  began: '2026-11-23T08:58:00.000Z',
  begun: 'ecs-svc/1',
  [execution]: { token: 'token-1', looked: start, deployment: 'ecs-svc/2' },
};
const sleeping = { arn: execution, token: 'token-1', checkedAt: start, deployment: 'ecs-svc/2' };

const lease = { pk: ledgerEntry.pk, sk: 'lease', holder: execution, fence: 3, until: start, released: true };
const jobInput = { job: { id: 'job-1', nonce: '1', actionExecutionId: 'action-1', configuration: {} } };

const find = (item: Record<string, unknown>) =>
  findExecutionsToWake(item, undefined, new Date(Date.parse(start) + 1000));

/** A stored item, and the data that its reader must find in the item. */
const stored: [string, object, (given: never) => unknown, unknown][] = [
  ['the lease of a service', lease, leaseSchema.parse, { holder: execution, fence: 3, until: start, released: true }],
  ['an entry of the ledger', ledgerEntry, ledgerEntrySchema.parse, expectedEntry],
  ['the token of an execution that sleeps', watchItem, find, [sleeping]],
  [
    'the job in the input of an execution',
    jobInput,
    (given) => tryParseJobOfRequest(given),
    { id: 'job-1', actionExecutionId: 'action-1' },
  ],
];

it.each([jobInput, { job: { id: 'job-1', nonce: '1' } }])('Acknowledge Job accepts the input %j', (input) => {
  expect(parseJobInput(input)).toEqual(input.job);
});

describe('an update still reads', () => {
  it.each(stored)('%s, as the last release wrote it', (_, item, read, expected) => {
    expect(read(item as never)).toEqual(expected);
  });

  it.each(stored)('%s, if the next release has added an attribute', (_, item, read, expected) => {
    expect(read({ ...item, addedLater: { anything: true } } as never)).toEqual(expected);
  });

  it('an entry of the ledger without any optional field', () => {
    const { pk, sk, version, kind, execution, service, source, images, start } = ledgerEntry;
    const least = { version, kind, execution, service, source, images, start };
    expect(ledgerEntrySchema.parse({ pk, sk, ...least })).toEqual(least satisfies object as LedgerEntry);
  });
});
