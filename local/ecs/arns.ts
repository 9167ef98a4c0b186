import type { Call } from '../cloud.ts';
import { regionalArn } from '../partition.ts';
import { clusterNotFound, invalidParameter, serviceNotFound } from './errors.ts';
import type { Cluster, Ecs, EcsService } from './state.ts';

/** The account and Region of a call. AWS looks up names in the caller's account and Region. */
export interface EcsLocation {
  account: string;
  region: string;
}

export const ecsLocation = (call: Call): EcsLocation => ({
  account: call.caller.account,
  region: call.region,
});

/** `arn:PARTITION:ecs:REGION:ACCOUNT:` followed by `rest`. */
export const ecsArn = (place: EcsLocation, rest: string): string => regionalArn('ecs', place, rest);

const lastSegment = (reference: string): string => reference.split('/').at(-1) ?? '';

const refuseOtherAccount = (reference: string, account: string): void => {
  const owner = reference.startsWith('arn:') ? reference.split(':')[4] : account;
  if (owner !== account) throw invalidParameter(`Identifier is for ${owner}. Your accountId is ${account}`);
};

/** Takes a cluster's name or ARN and returns its ARN; the default is the cluster named `default`. */
export function clusterArn(place: EcsLocation, reference = 'default'): string {
  refuseOtherAccount(reference, place.account);
  return ecsArn(place, `cluster/${lastSegment(reference)}`);
}

/** Takes a service's name or ARN and the name of its cluster, and returns the service's ARN. */
export function serviceArn(place: EcsLocation, cluster: string, reference: string): string {
  refuseOtherAccount(reference, place.account);
  return ecsArn(place, `service/${lastSegment(cluster)}/${lastSegment(reference)}`);
}

/** Returns the cluster with this ARN; throws ClusterNotFoundException. */
export function getCluster(ecs: Ecs, arn: string): Cluster {
  const cluster = ecs.clusters.get(arn);
  if (cluster === undefined) throw clusterNotFound();
  return cluster;
}

/** Returns the cluster's service with this name or ARN, even if it is INACTIVE; throws ServiceNotFoundException. */
export function getService(cluster: Cluster, reference: string): EcsService {
  const service = cluster.services.get(lastSegment(reference));
  if (service === undefined) throw serviceNotFound();
  return service;
}

/** Returns a new numeric id in the format that ECS uses for deployments and service revisions. */
export const newNumericId = (ecs: Ecs): string =>
  (BigInt(`0x${ecs.cloud.hex(16)}`) % 10n ** 19n).toString().padStart(19, '1');

/** Returns the current time of the cloud's clock. */
export const now = (ecs: Ecs): Date => new Date(ecs.cloud.clock.now());
