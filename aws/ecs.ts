import {
  ClusterNotFoundException,
  DescribeServicesCommand,
  ECSClient,
  ListTaskDefinitionsCommand,
  type Service,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import type { Target } from '../core/model/release.ts';
import { assumeTargetRole, type SessionCredentials } from './sts.ts';

/** How often the SDK sends one request at most; `once` where sending it again would do its work again. */
const maxAttemptsByKind = { retrying: 3, once: 1 };

const clients = {
  retrying: new WeakMap<SessionCredentials, ECSClient>(),
  once: new WeakMap<SessionCredentials, ECSClient>(),
};

const getClient = (
  target: Target,
  credentials: SessionCredentials,
  kind: keyof typeof maxAttemptsByKind,
): ECSClient => {
  const client =
    clients[kind].get(credentials) ??
    new ECSClient({ region: target.region, credentials, maxAttempts: maxAttemptsByKind[kind] });
  clients[kind].set(credentials, client);
  return client;
};

/** ECS in the target's account and Region, as its role, for one execution (its ARN). */
export const ecsClientFor = async (target: Target, execution: string, now: Date): Promise<ECSClient> =>
  getClient(target, await assumeTargetRole(target, execution, now), 'retrying');

/**
 * The same, but no request is sent twice: RegisterTaskDefinition and a forced UpdateService have no client token,
 * so after a lost answer only a look at ECS tells whether to ask again.
 */
export const ecsClientWithoutRetries = async (target: Target, execution: string, now: Date): Promise<ECSClient> =>
  getClient(target, await assumeTargetRole(target, execution, now), 'once');

/** The target's service as it is now; what is missing where the cluster or the service does not exist. */
export async function describeService(
  client: ECSClient,
  target: Target,
): Promise<Service | 'no cluster' | 'no service'> {
  const command = new DescribeServicesCommand({ cluster: target.cluster, services: [target.service] });
  const answer = await client.send(command).catch((error: unknown) => {
    if (error instanceof ClusterNotFoundException) return 'no cluster' as const;
    throw error;
  });
  return answer === 'no cluster' ? answer : (answer.services?.[0] ?? 'no service');
}

/** The alarms that ECS watches during the service's deployments. */
export const listEcsAlarms = ({ deploymentConfiguration }: Service): string[] =>
  deploymentConfiguration?.alarms?.enable ? (deploymentConfiguration.alarms.alarmNames ?? []) : [];

/** Points the service to a revision, and restarts it where `force`. Sends nothing that we were not asked to change. */
export async function updateService(
  client: ECSClient,
  target: Target,
  change: { taskDefinition: string; force: boolean },
): Promise<Service | undefined> {
  const answer = await client.send(
    new UpdateServiceCommand({
      cluster: target.cluster,
      service: target.service,
      taskDefinition: change.taskDefinition,
      ...(change.force ? { forceNewDeployment: true } : {}),
    }),
  );
  return answer.service;
}

/** ARNs of a family's ACTIVE revisions, the newest first, ten at most. */
export async function listNewestRevisions(client: ECSClient, family: string): Promise<string[]> {
  const answer = await client.send(
    new ListTaskDefinitionsCommand({ familyPrefix: family, status: 'ACTIVE', sort: 'DESC', maxResults: 10 }),
  );
  return answer.taskDefinitionArns ?? [];
}
