import { describe, expect, it } from 'vitest';
import type { LedgerEntry } from '../../../core/reporting/ledger.ts';
import { computeDoraMetrics, type DoraMetrics } from '../../../core/reporting/metrics.ts';

const at = (hours: number) => new Date(Date.UTC(2026, 10, 2, hours)).toISOString();
const span = { from: new Date(at(0)), to: new Date(at(14 * 24)) };

let count = 0;
/** Returns a deployment that began and ended at these hours. */
const entry = (hours: [start: number, end: number], changes: Partial<LedgerEntry> = {}): LedgerEntry => ({
  version: '1',
  kind: 'deploy',
  execution: `arn:${++count}`,
  service: { account: '222222222222', region: 'eu-west-1', cluster: 'main', name: 'web' },
  source: { type: 'hand' },
  images: [],
  before: 'web:1',
  after: 'web:2',
  start: at(hours[0]),
  end: at(hours[1]),
  result: 'Succeeded',
  ...changes,
});
const hour = 3600;

describe('the delivery metrics', () => {
  it.each<[what: string, entries: LedgerEntry[], figures: Partial<DoraMetrics>]>([
    [
      'of nothing',
      [],
      { deploymentsPerWeek: 0, failureRate: undefined, leadTimeSeconds: undefined, secondsToRestore: undefined },
    ],
    [
      'count the successful deployments per week',
      [entry([1, 2]), entry([3, 4]), entry([5, 6])],
      { deploymentsPerWeek: 1.5, failureRate: 0 },
    ],
    [
      'omit deployments in progress',
      [entry([1, 2]), { ...entry([3, 4]), end: undefined, result: undefined }],
      { deploymentsPerWeek: 0.5 },
    ],
    ['omit deployments outside the period', [entry([-9, -8]), entry([1, 2])], { deploymentsPerWeek: 0.5 }],
    [
      'omit deployments that changed nothing',
      [
        entry([1, 2], { result: 'Unchanged' }),
        entry([1, 2], { result: 'Superseded' }),
        entry([1, 2], { result: 'Failed', after: undefined }),
        entry([3, 4]),
      ],
      { deploymentsPerWeek: 0.5, failureRate: 0 },
    ],
    [
      'use the median lead time of the deployments whose commit time is known',
      [1, 2, 30]
        .map((lead) => entry([40, 41], { commit: { id: 'c', at: at(41 - lead) } }))
        .concat(entry([1, 2], { commit: { id: 'd' } })),
      { leadTimeSeconds: 2 * hour },
    ],
    [
      'use the mean of the middle two',
      [1, 2].map((lead) => entry([40, 41], { commit: { id: 'c', at: at(41 - lead) } })),
      { leadTimeSeconds: 1.5 * hour },
    ],
    [
      'count a failure as restored when the old revision is running again',
      [entry([1, 2]), entry([3, 5], { result: 'RolledBack' })],
      { failureRate: 0.5, secondsToRestore: 2 * hour, deploymentsPerWeek: 0.5 },
    ],
    [
      'count a failure as restored by the next successful deployment of the same service',
      [
        entry([3, 4], { result: 'Failed' }),
        entry([5, 6], { service: { ...entry([0, 0]).service, name: 'other' } }),
        entry([7, 9]),
      ],
      { secondsToRestore: 6 * hour },
    ],
    [
      'count no restoration if there was none',
      [entry([3, 4], { result: 'Failed' })],
      { failureRate: 1, secondsToRestore: undefined },
    ],
    [
      'count a successful deployment that was rolled back later as a failure',
      [entry([1, 2]), entry([10, 13], { kind: 'rollback', before: 'web:2', after: 'web:1' })],
      { failureRate: 1, secondsToRestore: 3 * hour, deploymentsPerWeek: 0.5 },
    ],
  ])('%s', (_, entries, figures) => {
    expect(computeDoraMetrics(entries, span)).toMatchObject(figures);
    expect(computeDoraMetrics(entries.toReversed(), span)).toMatchObject(figures);
  });
});
