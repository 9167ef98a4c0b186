import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { retentionDays } from '../core/model/table-expiry.ts';
import { longestExecutionMs } from '../core/rollback/attempts-end.ts';
import { maxFailureMessageLength } from '../core/rollout/failure-reason.ts';
import { longestWatchMs } from '../core/rollout/pause.ts';
import { createLease, expireLease, expireLeaseOfDeadExecution } from '../core/service/lease.ts';
import { maxStaleReadMs } from '../core/service/stale-read.ts';

const root = join(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8').replace(/\s+/g, ' ');
const secondsOfMachine = (name: string): number => JSON.parse(read(`state-machines/${name}.asl.json`)).TimeoutSeconds;

const now = new Date(0);
const lease = createLease({ execution: 'x', now });
const secondsUntil = ({ until }: { until: string }): number => Date.parse(until) / 1000;

const hours = (ms: number): string => String(ms / 3_600_000);
const days = (ms: number): string => String(ms / 86_400_000);
const words: Record<number, string> = { 10: 'ten' };

/** The figures in documents that code decides. Figures of AWS, of prices and of examples have a source or need none, and bench/readme.ts writes the measured ones. */
const figures: [file: string, text: string, figure: string | number][] = [
  ['docs/cli.md', 'The ledger keeps entries for # days', retentionDays],
  ['docs/guarantees.md', 'whose result is `Succeeded` in the ledger (# days)', retentionDays],
  ['docs/guarantees.md', 'A record is kept for # days after the last time', retentionDays],
  ['docs/guarantees.md', 'until the execution ends after # hours', hours(longestExecutionMs)],
  ['docs/operations.md', 'or the execution ends after # hours', hours(longestExecutionMs)],
  ['docs/guarantees.md', 'the lease ends within # seconds', secondsUntil(lease)],
  ['docs/guarantees.md', 'becomes free only # seconds later', secondsUntil(expireLeaseOfDeadExecution(lease, now))],
  [
    'docs/guarantees.md',
    'A released lease becomes free # seconds later',
    words[secondsUntil(expireLease(lease, now))]!,
  ],
  ['docs/guarantees.md', 'A retry waits # seconds before it reads the service', words[maxStaleReadMs / 1000]!],
  ['docs/strategies.md', 'Gantry goes on watching it for up to # days', days(longestWatchMs)],
  ['docs/operations.md', 'or after # days | answer the hook', days(longestWatchMs)],
  ['docs/deploy.md', 'An execution ends at most # hours after its start', secondsOfMachine('deploy') / 3600],
  ['docs/deploy.md', 'it can run for another # hours', secondsOfMachine('deploy') / 3600],
  ['docs/events.md', 'the message that CodePipeline shows, at most # characters', maxFailureMessageLength],
];

describe('the figures in the documents are those of the code:', () => {
  it.each(figures)('%s: %s', (file, text, figure) => {
    expect(read(file)).toContain(text.replace('#', String(figure)));
  });
});
