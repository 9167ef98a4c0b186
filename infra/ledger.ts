import { plan } from './plan.ts';

const { name, hashKey, rangeKey, ttlAttribute, billingMode, pointInTimeRecovery } = plan.table;

/** Who deployed what, from which artifact, with which result. */
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
