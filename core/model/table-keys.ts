import { parseResourceName } from '../parsing/arn.ts';
import type { Target } from './release.ts';

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

/** A key of the table: `pk` is the service; `sk` sorts its ledger entries by their start, or names its lease or its task tokens. */
export interface TableKey {
  pk: string;
  sk: string;
}

export const partitionKey = ({ account, region, cluster, name }: ServiceIdentity): string =>
  `service#${account}/${region}/${cluster}/${name}`;

export const leaseKey = (target: Target): TableKey => ({ pk: partitionKey(identifyService(target)), sk: 'lease' });

/** Returns the key of the item with the task tokens of executions that wait for events of the service (core/waiting/sleeping-executions.ts). functions/wake.ts reads the tokens to wake the executions. */
export const taskTokensKey = (target: Target): TableKey => ({ pk: partitionKey(identifyService(target)), sk: 'watch' });
