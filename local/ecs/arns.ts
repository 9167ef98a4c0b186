import type { Call } from '../cloud.ts';
import { clusterNotFound, invalidParameter, serviceNotFound } from './errors.ts';
import type { Cluster, Ecs, EcsService } from './state.ts';

/** Where a call is: AWS looks up names in the caller's account and Region. */
export interface EcsLocation {
  account: string;
  region: string;
}

export const ecsLocation = (call: Call): EcsLocation => ({
  account: call.caller.account,
  region: call.region,
});

/** `arn:aws:ecs:REGION:ACCOUNT:` and what follows. */
export const ecsArn = ({ account, region }: EcsLocation, rest: string): string =>
  `arn:aws:ecs:${region}:${account}:${rest}`;

const lastSegment = (reference: string): string => reference.split('/').at(-1) ?? '';

const refuseOtherAccount = (reference: string, account: string): void => {
  const owner = reference.startsWith('arn:') ? reference.split(':')[4] : account;
  if (owner !== account) throw invalidParameter(`Identifier is for ${owner}. Your accountId is ${account}`);
};

/** The ARN of a cluster by its name or ARN; without either, of the cluster called `default`. */
export function clusterArn(place: EcsLocation, reference = 'default'): string {
  refuseOtherAccount(reference, place.account);
  return ecsArn(place, `cluster/${lastSegment(reference)}`);
}

/** The ARN of a service by its name or ARN in a cluster. */
export function serviceArn(place: EcsLocation, cluster: string, reference: string): string {
  refuseOtherAccount(reference, place.account);
  return ecsArn(place, `service/${lastSegment(cluster)}/${lastSegment(reference)}`);
}

/** The cluster of that ARN; throws ClusterNotFoundException. */
export function getCluster(ecs: Ecs, arn: string): Cluster {
  const cluster = ecs.clusters.get(arn);
  if (cluster === undefined) throw clusterNotFound();
  return cluster;
}

/** The cluster's service of that name or ARN, also an INACTIVE one; throws ServiceNotFoundException. */
export function getService(cluster: Cluster, reference: string): EcsService {
  const service = cluster.services.get(lastSegment(reference));
  if (service === undefined) throw serviceNotFound();
  return service;
}

/** Digits as ECS numbers its deployments and service revisions. */
export const newNumericId = (ecs: Ecs): string =>
  (BigInt(`0x${ecs.cloud.hex(16)}`) % 10n ** 19n).toString().padStart(19, '1');

/** The moment of the cloud's clock. */
export const now = (ecs: Ecs): Date => new Date(ecs.cloud.clock.now());
