import type { SystemDeclaration } from '../system.ts';
import type { KeyDeclaration } from '../system-build.ts';
import { describeTableKeys, type QueueDeclaration, type TableDeclaration } from '../system-monitoring.ts';
import { createAfter, retain, type TemplateEntry } from './resource.ts';
import { artifactKeyId, deadLettersId, tableId } from './resource-ids.ts';
import { roleId } from './roles.ts';

/** The artifact key with its alias. Its policy names roles, and KMS accepts only roles that exist. */
export const renderKey = (key: KeyDeclaration, roles: SystemDeclaration['roles']): TemplateEntry[] => [
  [
    artifactKeyId,
    retain(
      createAfter(roles.filter(({ arn }) => JSON.stringify(key.policy).includes(`"${arn}"`)).map(roleId), {
        Type: 'AWS::KMS::Key',
        Properties: {
          Description: key.description,
          EnableKeyRotation: key.enableKeyRotation,
          PendingWindowInDays: 30,
          KeyPolicy: key.policy,
        },
      }),
    ),
  ],
  [
    `${artifactKeyId}Alias`,
    { Type: 'AWS::KMS::Alias', Properties: { AliasName: key.alias, TargetKeyId: { Ref: artifactKeyId } } },
  ],
];

/** The table. It stays, because it holds the history of deployments. */
export const renderTable = (table: TableDeclaration): TemplateEntry[] => [
  [
    tableId,
    retain({
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        TableName: table.name,
        BillingMode: table.billingMode,
        ...describeTableKeys(table),
        TimeToLiveSpecification: { AttributeName: table.ttlAttribute, Enabled: true },
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: table.pointInTimeRecovery },
      },
    }),
  ],
];

/** The dead-letter queue and its policy. */
export const renderQueue = (queue: QueueDeclaration): TemplateEntry[] => [
  [
    deadLettersId,
    {
      Type: 'AWS::SQS::Queue',
      Properties: {
        QueueName: queue.name,
        MessageRetentionPeriod: queue.retentionSeconds,
        SqsManagedSseEnabled: true,
      },
    },
  ],
  [
    `${deadLettersId}Policy`,
    {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: { Queues: [{ Ref: deadLettersId }], PolicyDocument: queue.policy },
    },
  ],
];
