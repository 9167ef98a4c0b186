import {
  ClusterNotFoundException,
  DescribeServicesCommand,
  ECSClient,
  ListTaskDefinitionsCommand,
  type Service,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { rethrowAsRequestFailure, toRequestFailure } from '../core/errors/invalid-request.ts';
import type { Target } from '../core/model/release.ts';
import type { TargetSession } from '../core/service/session-policy.ts';
import { assumeTargetRole, type SessionCredentials } from './sts.ts';

/**
 * How often the SDK sends one request, and how long it waits for an answer. `once` is for calls that could take effect twice. `viewing` is for reads by
 * people, who must not wait for a connection that has failed without an error.
 */
const settingsByKind = {
  retrying: { maxAttempts: 3 },
  once: { maxAttempts: 1 },
  viewing: {
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 3000, requestTimeout: 10_000, throwOnRequestTimeout: true },
  },
};

const clients = {
  retrying: new WeakMap<SessionCredentials, ECSClient>(),
  once: new WeakMap<SessionCredentials, ECSClient>(),
  viewing: new WeakMap<SessionCredentials, ECSClient>(),
};

const getClient = (target: Target, credentials: SessionCredentials, kind: keyof typeof settingsByKind): ECSClient => {
  const client =
    clients[kind].get(credentials) ?? new ECSClient({ region: target.region, credentials, ...settingsByKind[kind] });
  clients[kind].set(credentials, client);
  return client;
};

/** Returns a client for ECS in the target's account and Region, with the credentials of the target's role. */
export const createTargetEcsClient = async (target: Target, session: TargetSession, now: Date): Promise<ECSClient> =>
  getClient(
    target,
    await assumeTargetRole(target, session, now),
    session.access.startsWith('view') ? 'viewing' : 'retrying',
  );

/**
 * Like `createTargetEcsClient`, but sends no request twice: RegisterTaskDefinition and a forced UpdateService have no client token,
 * so after a lost answer the caller must read ECS's state to know whether to call again.
 */
export const createTargetEcsClientWithoutRetries = async (
  target: Target,
  session: TargetSession,
  now: Date,
): Promise<ECSClient> => getClient(target, await assumeTargetRole(target, session, now), 'once');

/**
 * Returns the service with the revision of PRIMARY as its own. AWS does not document when the service's own `taskDefinition` changes while ECS rolls a
 * deployment back. But PRIMARY is always the deployment that ECS rolls out (botocore ecs Deployment.status).
 */
const withPrimaryRevision = (service: Service): Service => {
  const primary = service.deployments?.find(({ status }) => status === 'PRIMARY');
  return primary?.taskDefinition === undefined ? service : { ...service, taskDefinition: primary.taskDefinition };
};

/** Returns the target's service. If it does not exist, says whether the cluster or the service is missing. */
export async function describeService(
  client: ECSClient,
  target: Target,
): Promise<Service | 'no cluster' | 'no service'> {
  const command = new DescribeServicesCommand({ cluster: target.cluster, services: [target.service] });
  const answer = await client.send(command).catch((error: unknown) => {
    if (error instanceof ClusterNotFoundException) return 'no cluster' as const;
    throw toRequestFailure(error, `describing the service ${target.service}`);
  });
  if (answer === 'no cluster') return answer;
  const [service] = answer.services ?? [];
  return service === undefined ? 'no service' : withPrimaryRevision(service);
}

/** The maximum number of services that one call describes (botocore ecs, DescribeServices). */
export const servicesPerDescription = 10;

/** Takes the names of up to ten services of a cluster. Returns the services that exist; none if the cluster does not exist. */
export async function describeServices(client: ECSClient, cluster: string, services: string[]): Promise<Service[]> {
  const answer = await client.send(new DescribeServicesCommand({ cluster, services })).catch((error: unknown) => {
    if (error instanceof ClusterNotFoundException) return undefined;
    throw toRequestFailure(error, `describing services of the cluster ${cluster}`);
  });
  return (answer?.services ?? []).map(withPrimaryRevision);
}

/** Returns the alarms that ECS watches during the service's deployments. */
export const listDeploymentAlarms = ({ deploymentConfiguration }: Service): string[] =>
  deploymentConfiguration?.alarms?.enable ? (deploymentConfiguration.alarms.alarmNames ?? []) : [];

/** Sets the service's revision; `force` starts a new deployment even if the revision is the same. Sends no other setting of the service. */
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

/** Returns the ARNs of a family's ten newest ACTIVE revisions, newest first. */
export async function listNewestRevisions(client: ECSClient, family: string): Promise<string[]> {
  const command = new ListTaskDefinitionsCommand({
    familyPrefix: family,
    status: 'ACTIVE',
    sort: 'DESC',
    maxResults: 10,
  });
  const answer = await client.send(command).catch(rethrowAsRequestFailure(`listing the revisions of ${family}`));
  return answer.taskDefinitionArns ?? [];
}
