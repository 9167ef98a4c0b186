import { artifactKeyPrefix, serviceKeyPrefix } from '../core/model/table-keys.ts';
import type { Installation } from './installation.ts';
import { allowStatement, type Statement } from './policy.ts';

/**
 * Allows actions on items of the table by their partition key, which has to match the pattern: only Read Images can write what later targets get from
 * an artifact. Every action must name a key, because the condition also holds for a request without one (DynamoDB Developer Guide,
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

/** The lease is read, and then written on the condition that it has not changed. */
export const readAndWriteLease = (installation: Installation): Statement =>
  tableStatement(installation, 'Lease', ['dynamodb:GetItem', 'dynamodb:PutItem']);

/** Reads the ledger entries of a service. */
export const readLedger = (installation: Installation): Statement =>
  tableStatement(installation, 'ReadLedger', ['dynamodb:Query']);

/** Writes an entry of the ledger. Giving a lease back needs the same permission. */
export const writeLedger = (installation: Installation): Statement =>
  tableStatement(installation, 'Ledger', ['dynamodb:PutItem']);
