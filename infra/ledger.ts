import { plan } from './plan.ts';

const { name, hashKey, rangeKey, ttlAttribute, billingMode, pointInTimeRecovery } = plan.table;

/** The table with the history of deployments, the leases and the task tokens. */
export const table = new aws.dynamodb.Table(
  'Ledger',
  {
    name,
    billingMode,
    hashKey,
    rangeKey,
    attributes: [
      { name: hashKey, type: 'S' },
      { name: rangeKey, type: 'S' },
    ],
    ttl: { attributeName: ttlAttribute, enabled: true },
    pointInTimeRecovery: { enabled: pointInTimeRecovery },
  },
  { retainOnDelete: true },
);
