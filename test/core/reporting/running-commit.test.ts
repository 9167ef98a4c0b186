import { describe, expect, it } from 'vitest';
import type { LedgerEntry } from '../../../core/reporting/ledger.ts';
import { findCommitOfRevision } from '../../../core/reporting/running-commit.ts';

const created = (name: string, change: Partial<LedgerEntry>): LedgerEntry => ({
  version: '1',
  kind: 'deploy',
  execution: `execution:${name}`,
  service: { account: '222222222222', region: 'eu-west-1', cluster: 'shop', name: 'web' },
  source: { type: 'hand' },
  images: [],
  start: '2026-11-29T09:00:00Z',
  result: 'Succeeded',
  ...change,
});

const good = created('good', { after: 'web:2', commit: { id: 'good' } });
const bad = created('bad', { after: 'web:3', commit: { id: 'bad' }, result: 'RolledBack' });
const rollback = created('rollback', { kind: 'rollback', before: 'web:3', after: 'web:2' });
const running = created('running', { commit: { id: 'next' }, result: undefined });

describe('the commit of a running revision', () => {
  it.each<
    [what: string, entries: LedgerEntry[], taskDefinition: string, tags: Record<string, string>, id: string | undefined]
  >([
    ['that Gantry registered', [bad, good], 'web:2', { execution: 'execution:good' }, 'good'],
    ['whose release still runs', [running, good], 'web:4', { execution: 'execution:running' }, 'next'],
    ['that was deployed unchanged', [good], 'web:2', {}, 'good'],
    ['that a rollback restored', [rollback, bad, good], 'web:2', { execution: 'execution:good' }, 'good'],
    [
      'that pins an older one',
      [rollback, good],
      'web:5',
      { execution: 'execution:rollback', restores: 'web:2' },
      'good',
    ],
    ['that failed but runs', [bad, good], 'web:3', { execution: 'execution:bad' }, 'bad'],
    ['that a foreign deployer registered', [bad, good], 'web:9', {}, undefined],
    ['older than the entries', [], 'web:1', { execution: 'execution:old' }, undefined],
    ['without a commit', [created('hand', { after: 'web:6' })], 'web:6', { execution: 'execution:hand' }, undefined],
  ])('%s is known from the ledger, or not at all', (_, entries, taskDefinition, tags, id) => {
    expect(findCommitOfRevision(entries, { taskDefinition, tags })).toBe(id);
  });
});
