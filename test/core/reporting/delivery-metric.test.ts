import { describe, expect, it } from 'vitest';
import {
  computeDeliveryMetricValues,
  createDeliveryMetric,
  type DeliveryMetricValues,
} from '../../../core/reporting/delivery-metric.ts';
import type { LedgerEntry } from '../../../core/reporting/ledger.ts';

const at = (minutes: number) => new Date(Date.UTC(2026, 10, 2, 9, minutes)).toISOString();

/** A deployment of a service, which began and ended at these minutes. */
const entry = (name: string, [start, end]: [number, number], changes: Partial<LedgerEntry> = {}): LedgerEntry => ({
  version: '1',
  kind: 'deploy',
  execution: `arn:aws:states:eu-west-1:111111111111:execution:gantry-production-deploy:${name}`,
  service: { account: '222222222222', region: 'eu-west-1', cluster: 'shop', name: 'web' },
  target: 'test/web',
  source: { type: 'hand' },
  images: [],
  before: 'web:1',
  after: 'web:2',
  start: at(start),
  end: at(end),
  result: 'Succeeded',
  ...changes,
});
const commit = { id: '7c21', at: at(0) };
const failed = entry('bad', [0, 5], { result: 'Failed' });
const rollback = (hours: [number, number], changes: Partial<LedgerEntry> = {}) =>
  entry('back', hours, { kind: 'rollback', before: 'web:2', after: 'web:1', ...changes });

describe('the end of a deployment adds to the delivery metrics', () => {
  it.each<[what: string, ended: LedgerEntry, earlier: LedgerEntry[], figures: DeliveryMetricValues]>([
    ['a first success', entry('a', [0, 5]), [], { Deployments: 1 }],
    ['the lead time of a commit', entry('a', [1, 5], { commit }), [], { Deployments: 1, LeadTime: 300 }],
    [
      'no lead time of a failure',
      entry('a', [1, 5], { commit, result: 'Failed' }),
      [],
      { Deployments: 1, FailedDeployments: 1 },
    ],
    [
      'a failure that its own rollback ends',
      entry('a', [0, 5], { result: 'RolledBack' }),
      [],
      { Deployments: 1, FailedDeployments: 1, RecoveryTime: [300] },
    ],
    [
      'a release refused before it changed anything',
      entry('a', [0, 1], { result: 'Failed', after: undefined }),
      [],
      { Deployments: 1 },
    ],
    ['a superseded one', entry('a', [0, 5], { result: 'Superseded' }), [], { Deployments: 1 }],
    ['a success after a failure', entry('a', [8, 10]), [failed], { Deployments: 1, RecoveryTime: [600] }],
    [
      'a success after two failures',
      entry('a', [8, 10]),
      [entry('worse', [6, 7], { result: 'Failed' }), failed],
      { Deployments: 1, RecoveryTime: [240, 600] },
    ],
    [
      'a success after a success after a failure',
      entry('a', [20, 21]),
      [entry('b', [8, 10]), failed],
      { Deployments: 1 },
    ],
    [
      'a rollback of a success, which had not failed until now',
      rollback([20, 22]),
      [entry('a', [0, 5])],
      { FailedDeployments: 1, RecoveryTime: [120] },
    ],
    ['a rollback after a failure', rollback([20, 22]), [failed], { RecoveryTime: [1320] }],
    ['a rollback with nothing to do', rollback([20, 22], { result: 'NothingToDo', after: undefined }), [failed], {}],
    [
      'a success after the failure of another service',
      entry('a', [8, 10]),
      [{ ...failed, service: { ...failed.service, name: 'worker' } }],
      { Deployments: 1 },
    ],
    [
      'an entry that is in the ledger already',
      entry('a', [0, 5], { result: 'Failed' }),
      [entry('a', [0, 5], { result: 'Failed' })],
      { Deployments: 1, FailedDeployments: 1 },
    ],
  ])('%s', (_what, ended, earlier, figures) => {
    expect(JSON.parse(JSON.stringify(computeDeliveryMetricValues(ended, earlier)))).toEqual(figures);
  });
});

describe('the log line for CloudWatch', () => {
  it('has a metric definition, a dimension and a value for each figure, by target and by result', () => {
    const figures = { Deployments: 1, RecoveryTime: [600, 240] };
    expect(createDeliveryMetric(entry('a', [8, 10]), figures, 'gantry-production')).toEqual({
      _aws: {
        Timestamp: Date.parse(at(10)),
        CloudWatchMetrics: [
          {
            Namespace: 'Gantry',
            Dimensions: [
              ['Installation', 'Target'],
              ['Installation', 'Target', 'Result'],
            ],
            Metrics: [
              { Name: 'Deployments', Unit: 'Count' },
              { Name: 'RecoveryTime', Unit: 'Seconds' },
            ],
          },
        ],
      },
      Installation: 'gantry-production',
      Target: 'test',
      Result: 'Succeeded',
      Deployments: 1,
      RecoveryTime: [600, 240],
    });
  });

  it('names the account of a service that no target of the configuration has', () => {
    const metric = createDeliveryMetric(
      entry('a', [0, 1], { target: undefined }),
      { Deployments: 1 },
      'gantry-production',
    );
    expect(metric).toMatchObject({ Target: '222222222222' });
  });

  it('is absent if nothing is to be counted', () => {
    expect(createDeliveryMetric(entry('a', [0, 1]), { Deployments: undefined }, 'gantry-production')).toBeUndefined();
  });
});
