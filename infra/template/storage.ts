import type { SystemDeclaration } from '../system.ts';
import type { KeyDeclaration } from '../system-build.ts';
import { describeTableKeys, type QueueDeclaration, type TableDeclaration } from '../system-monitoring.ts';
import { createAfter, retain, type TemplateEntry } from './resource.ts';
import { artifactKeyId, deadLettersId, tableId } from './resource-ids.ts';
import { roleId } from './roles.ts';

/**
 * The roles that the key's policy names. KMS accepts only roles that exist. Throws if a role names the key, because in that case the key and the role would
 * each have to exist before the other.
 */
function findNamedRoles(key: KeyDeclaration, roles: SystemDeclaration['roles'], keyArn: string): string[] {
  const named = roles.filter(({ arn }) => JSON.stringify(key.policy).includes(`"${arn}"`));
  const circular = named.find(({ policies }) => JSON.stringify(policies).includes(keyArn));
  if (circular === undefined) return named.map(roleId);
  throw new Error(`The policy of the artifact key names the role ${circular.name}, whose policies name the key.`);
}

/** The artifact key with its alias. */
export const renderKey = (key: KeyDeclaration, roles: SystemDeclaration['roles'], keyArn: string): TemplateEntry[] => [
  [
    artifactKeyId,
    retain(
      createAfter(findNamedRoles(key, roles, keyArn), {
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

/** The table. It stays when the stack is deleted, because it contains the history of deployments. */
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
