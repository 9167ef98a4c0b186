import { parseResourceName } from '../parsing/arn.ts';
import type { Target } from './release.ts';

/** An ECS service by its account, Region, cluster and name. */
export interface ServiceIdentity {
  account: string;
  region: string;
  cluster: string;
  name: string;
}

/** The service that a target names, in its account. */
export const identifyService = ({ roleArn, region, cluster, service }: Target): ServiceIdentity => ({
  account: roleArn.split(':')[4] ?? '',
  region,
  cluster: parseResourceName(cluster),
  name: parseResourceName(service),
});

/** A key of the table: `pk` is the service, `sk` sorts its deployments by their start; its lease stands beside them. */
export interface TableKey {
  pk: string;
  sk: string;
}

export const partitionKey = ({ account, region, cluster, name }: ServiceIdentity): string =>
  `service#${account}/${region}/${cluster}/${name}`;

export const leaseKey = (target: Target): TableKey => ({ pk: partitionKey(identifyService(target)), sk: 'lease' });

/** Where executions that sleep lay their task tokens (core/waiting/sleeping-executions.ts), beside the service's lease: who hears news of the service wakes them there. */
export const taskTokensKey = (target: Target): TableKey => ({ pk: partitionKey(identifyService(target)), sk: 'watch' });
