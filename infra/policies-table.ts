import { artifactKeyPrefix, serviceKeyPrefix } from '../core/model/table-keys.ts';
import type { Installation } from './installation.ts';
import { allowStatement, type Statement } from './policy.ts';

/**
 * Allows actions on items of the table by their partition key, which must match the pattern. So only Read Images can write the records that decide what
 * later targets get from an artifact. Every action must name a key, because the condition also holds for a request without a key (DynamoDB Developer Guide,
 * "specifying-conditions").
 */
export const tableStatement = (
  installation: Installation,
  Sid: string,
  actions: string[],
  keys = `${serviceKeyPrefix}*`,
): Statement =>
  allowStatement(Sid, actions, {
    on: [installation.table],
    when: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys } },
  });

/** The records of artifacts, and no other item of the table. */
export const artifactRecords = (installation: Installation): Statement =>
  tableStatement(installation, 'ArtifactRecords', ['dynamodb:GetItem', 'dynamodb:UpdateItem'], `${artifactKeyPrefix}*`);

/** The permissions to read the lease, and to write it on the condition that it has not changed. */
export const readAndWriteLease = (installation: Installation): Statement =>
  tableStatement(installation, 'Lease', ['dynamodb:GetItem', 'dynamodb:PutItem']);

/** Reads the ledger entries of a service. */
export const readLedger = (installation: Installation): Statement =>
  tableStatement(installation, 'ReadLedger', ['dynamodb:Query']);

/** Writes an entry of the ledger. Releasing a lease needs the same permission. */
export const writeLedger = (installation: Installation): Statement =>
  tableStatement(installation, 'Ledger', ['dynamodb:PutItem']);
