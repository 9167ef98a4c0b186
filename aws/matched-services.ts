import { ECSClient, paginateListServices, type Service } from '@aws-sdk/client-ecs';
import { Failure } from '../core/errors/failure.ts';
import { rethrowAsRequestFailure } from '../core/errors/invalid-request.ts';
import type { Target } from '../core/model/release.ts';
import { parseResourceName } from '../core/parsing/arn.ts';
import { matchesPattern } from '../core/parsing/pattern.ts';
import type { TargetSession } from '../core/service/session-policy.ts';
import { createTargetEcsClient, describeServices, listDeploymentAlarms, servicesPerDescription } from './ecs.ts';
import type { SessionCredentials } from './sts.ts';

/** The maximum number of services that one call lists (botocore ecs, ListServices). */
const servicesPerPage = 100;

/** The session in which the services are read, and the time. */
interface Reader {
  session: TargetSession;
  now: Date;
}

/** Returns the names of the services that exist in the target's cluster and match its `service`, a pattern such as `shop-*`. */
export const listMatchedServices = async (pattern: Target, { session, now }: Reader): Promise<string[]> =>
  listNames(await createTargetEcsClient(pattern, session, now), pattern);

/** Lists the same services with these credentials, or with the caller's own. */
export const listMatchedServicesAs = (pattern: Target, credentials?: SessionCredentials): Promise<string[]> =>
  listNames(new ECSClient({ region: pattern.region, ...(credentials && { credentials }) }), pattern);

async function listNames(client: ECSClient, { cluster, service }: Target): Promise<string[]> {
  if (!service.includes('*')) return [service];
  const names: string[] = [];
  const pages = paginateListServices({ client }, { cluster, maxResults: servicesPerPage });
  const read = async () => {
    for await (const { serviceArns = [] } of pages) names.push(...serviceArns.map(parseResourceName));
  };
  await read().catch(rethrowAsRequestFailure(`listing the services of the cluster ${cluster}`));
  return names.filter((name) => matchesPattern(name, service)).sort();
}

/** Returns the names of the services that match the pattern and whose own deployment configuration names the alarm. None if the role is not allowed to read them. */
export const findMatchedServicesWithAlarm = (pattern: Target, alarm: string, by: Reader): Promise<string[]> =>
  readMatchedServices(pattern, by)
    .then((services) => services.filter((one) => listDeploymentAlarms(one).includes(alarm)))
    .then((services) => services.flatMap(({ serviceName }) => serviceName ?? []))
    .catch((error: unknown) => {
      if (error instanceof Failure && error.name === 'PermissionError') return [];
      throw error;
    });

async function readMatchedServices(pattern: Target, by: Reader): Promise<Service[]> {
  const client = await createTargetEcsClient(pattern, by.session, by.now);
  const names = await listNames(client, pattern);
  const found: Service[] = [];
  for (let at = 0; at < names.length; at += servicesPerDescription) {
    const services = names.slice(at, at + servicesPerDescription);
    found.push(...(await describeServices(client, pattern.cluster, services)));
  }
  return found;
}
