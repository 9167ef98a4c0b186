import type { Service } from '@aws-sdk/client-ecs';
import { toFailure } from '../core/errors/aws-failure.ts';
import type { Target } from '../core/model/release.ts';
import { parseResourceName } from '../core/parsing/arn.ts';
import type { TargetSession } from '../core/service/session-policy.ts';
import { createTargetEcsClient, describeServices, listDeploymentAlarms, servicesPerDescription } from './ecs.ts';

/** The number of groups that are read at the same time: DescribeServices sustains 20 calls a second (ECS API request throttling). */
const groupsPerBatch = 10;

/** The session in which the services are read, and the time. */
interface Reader {
  session: TargetSession;
  now: Date;
}

/**
 * Returns the services whose own deployment configuration names the alarm. Reads up to ten services of a cluster with one call. Leaves out services that do
 * not exist and services that the role is not allowed to read.
 */
export async function findServicesWithAlarm(candidates: Target[], alarm: string, by: Reader): Promise<Target[]> {
  const groups = groupTargetsForDescription(candidates);
  const found: Target[] = [];
  for (let at = 0; at < groups.length; at += groupsPerBatch) {
    const batch = groups.slice(at, at + groupsPerBatch).map((group) => filterByAlarm(group, alarm, by));
    found.push(...(await Promise.all(batch)).flat());
  }
  return found;
}

/** Returns groups of targets that one call can describe: the same role, Region and cluster. */
export function groupTargetsForDescription(targets: Target[]): Target[][] {
  const byCluster = Map.groupBy(targets, ({ roleArn, externalId, region, cluster }) =>
    JSON.stringify([roleArn, externalId, region, cluster]),
  );
  return [...byCluster.values()].flatMap((group) =>
    Array.from({ length: Math.ceil(group.length / servicesPerDescription) }, (_, index) =>
      group.slice(index * servicesPerDescription, (index + 1) * servicesPerDescription),
    ),
  );
}

/** If the role is not allowed to read one of the services, ECS denies the whole call, so Gantry reads each service alone. */
async function filterByAlarm(group: Target[], alarm: string, by: Reader): Promise<Target[]> {
  const services = await describeServiceGroup(group, by).catch(returnUnreadable);
  if (services === 'unreadable')
    return group.length === 1 ? [] : (await Promise.all(group.map((one) => filterByAlarm([one], alarm, by)))).flat();
  const named = new Set(
    services.filter((one) => listDeploymentAlarms(one).includes(alarm)).map(({ serviceName }) => serviceName),
  );
  return group.filter(({ service }) => named.has(parseResourceName(service)));
}

/** Reads a single service in a session for that service. Reads several services in a session that can only describe the services of their cluster. */
export async function describeServiceGroup(group: Target[], { session, now }: Reader): Promise<Service[]> {
  const [first, ...others] = group;
  if (first === undefined) return [];
  const place = others.length === 0 ? first : { ...first, service: '*' };
  const client = await createTargetEcsClient(place, session, now);
  const names = group.map(({ service }) => service);
  return describeServices(client, first.cluster, names);
}

function returnUnreadable(error: unknown): 'unreadable' {
  if (toFailure(error, 'reading a service').name === 'PermissionError') return 'unreadable';
  throw error;
}
