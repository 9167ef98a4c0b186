import {
  type ECSClient,
  ListServiceDeploymentsCommand,
  type ServiceDeploymentBrief,
  type ServiceDeploymentStatus,
  ServiceNotFoundException,
  UnsupportedFeatureException,
} from '@aws-sdk/client-ecs';
import type { Target } from '../core/model/release.ts';

/** Which entries of the history to list. If neither field is set, lists all entries of the 90 days that ECS keeps. */
export interface ServiceDeploymentFilter {
  status?: ServiceDeploymentStatus[];
  createdAt?: { after: Date };
}

/**
 * Entries of ECS's history of a service, newest first; empty if ECS keeps no history of it. AWS does not document the order of the pages, so this
 * reads all of them (botocore ecs: at most 100 entries a page).
 */
export async function listServiceDeployments(
  client: ECSClient,
  { cluster, service }: Target,
  query: ServiceDeploymentFilter,
): Promise<ServiceDeploymentBrief[]> {
  const found: ServiceDeploymentBrief[] = [];
  let nextToken: string | undefined;
  do {
    const command = new ListServiceDeploymentsCommand({ cluster, service, maxResults: 100, ...query, nextToken });
    const answer = await client.send(command).catch((error: unknown) => {
      if (error instanceof UnsupportedFeatureException || error instanceof ServiceNotFoundException) return undefined;
      throw error;
    });
    found.push(...(answer?.serviceDeployments ?? []));
    nextToken = answer?.nextToken;
  } while (nextToken !== undefined);
  return found.toSorted((a, b) => (b.createdAt?.getTime() ?? 0) - (a.createdAt?.getTime() ?? 0));
}
