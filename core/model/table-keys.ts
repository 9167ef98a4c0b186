import { parseResourceName } from '../parsing/arn.ts';
import type { ArtifactLocation, Target } from './release.ts';

/** An ECS service by its account, Region, cluster and name. */
export interface ServiceIdentity {
  account: string;
  region: string;
  cluster: string;
  name: string;
}

/** Returns the service that a target names, in its account. */
export const identifyService = ({ roleArn, region, cluster, service }: Target): ServiceIdentity => ({
  account: roleArn.split(':')[4] ?? '',
  region,
  cluster: parseResourceName(cluster),
  name: parseResourceName(service),
});

/**
 * A key of the table: `pk` is the service or the artifact. `sk` sorts a service's ledger entries by their start, or names its lease, its task tokens, an
 * answer at a pause hook or the artifact's record.
 */
export interface TableKey {
  pk: string;
  sk: string;
}

/** The beginning of the partition key of every item about a service. */
export const serviceKeyPrefix = 'service#';

export const partitionKey = ({ account, region, cluster, name }: ServiceIdentity): string =>
  `${serviceKeyPrefix}${account}/${region}/${cluster}/${name}`;

/** The sort key of a service's lease. It sorts after the keys of the service's ledger entries. */
export const leaseSortKey = 'lease';

export const leaseKey = (target: Target): TableKey => ({
  pk: partitionKey(identifyService(target)),
  sk: leaseSortKey,
});

/** Returns the key of the item with the task tokens of executions that wait for events of the service (core/waiting/sleeping-executions.ts). functions/wake.ts reads the tokens to wake the executions. */
export const taskTokensKey = (target: Target): TableKey => ({ pk: partitionKey(identifyService(target)), sk: 'watch' });

/** Returns the first part of the sort key of every answer at a pause hook; the hook's id can follow. */
export const hookAnswerSortKey = (hookId = ''): string => `answer#${hookId}`;

/** Returns the key of the item with a person's answer at a pause hook (core/model/hook-answer.ts). A hook has a new id in each deployment, and at each step of the traffic. */
export const hookAnswerKey = (target: Target, hookId: string): TableKey => ({
  pk: partitionKey(identifyService(target)),
  sk: hookAnswerSortKey(hookId),
});

/** The beginning of the partition key of every artifact record. The policy of Read Images allows writes to these items only. */
export const artifactKeyPrefix = 'artifact#';

/** Returns the key of an artifact's record (core/artifact/record.ts). The version is not part of the key. The record contains the version. */
export const artifactRecordKey = ({ bucket, key }: ArtifactLocation): TableKey => ({
  pk: `${artifactKeyPrefix}${bucket}/${key}`,
  sk: 'record',
});
