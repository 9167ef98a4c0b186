import { getItem, isUnavailable } from '../aws/dynamodb.ts';
import { ecsOf } from '../aws/ecs.ts';
import { describeTaskDefinition } from '../aws/ecs-raw.ts';
import { findExecution } from '../aws/sfn-executions.ts';
import { Failure } from '../core/errors/failure.ts';
import type { Target } from '../core/model/release.ts';
import { leaseKey } from '../core/model/table-keys.ts';
import type { ServiceNow } from '../core/rollout/observation.ts';
import { isOut, type Lease, lease } from '../core/service/lease.ts';
import type { Described } from '../core/task-definition/raw.ts';
import type { Tasks } from './happening.ts';
import { lookAtService, session, tasksOf } from './service.ts';

/** What runs in a target now. Times are ISO 8601 texts, in UTC. */
export interface Standing {
  target: string;
  taskDefinition: string;
  /** When the newest deployment began. */
  since: string;
  images: { name: string; image: string }[];
  /** Where the revision comes from, by Gantry's tags on it: `execution`, `pipeline`, `artifact`, `replaces` …; empty where it was not Gantry. */
  release: Record<string, string>;
  /** The newest deployment is not finished. */
  rollingOut: boolean;
  deployments: Tasks[];
  /** Who is changing the service at this moment. `unknown` where the table does not answer. */
  lease: { holder: string; until: string } | 'free' | 'unknown';
}

/** Looks at a target with the user's credentials. Throws PermissionError, SystemUnavailable, or a ConfigurationError where there is no service. */
export async function standingOf(target: Target & { name: string }, now: Date): Promise<Standing> {
  const service = await lookAtService(target, now);
  const primary = service.deployments.find(({ status }) => status === 'PRIMARY');
  if (primary === undefined)
    throw new Failure(
      'ConfigurationError',
      `There is no service ${target.service} in the cluster ${target.cluster} (${target.region}).`,
    );
  const described = await describeTaskDefinition(await ecsOf(target, session, now), primary.taskDefinition);
  return {
    target: target.name,
    taskDefinition: primary.taskDefinition,
    since: primary.createdAt.toISOString(),
    images: imagesOf(described),
    release: releaseOf(described),
    rollingOut: isRollingOut(service),
    deployments: tasksOf(service),
    lease: await leaseNow(target),
  };
}

const isRollingOut = ({ deployments }: ServiceNow): boolean =>
  deployments.length > 1 || (deployments[0]?.rolloutState ?? 'COMPLETED') !== 'COMPLETED';

const imagesOf = (described: Described | undefined): Standing['images'] =>
  (described?.taskDefinition.containerDefinitions ?? []).map(({ name, image }) => ({ name, image: String(image) }));

const ours = 'gantry:';

const releaseOf = (described: Described | undefined): Record<string, string> =>
  Object.fromEntries(
    (described?.tags ?? [])
      .filter(({ key }) => key.startsWith(ours))
      .map(({ key, value }) => [key.slice(ours.length), value]),
  );

/**
 * Asked of the lease and of its holder, and of no clock: the laptop's may be off by more than a lease lasts. One that was not given back is nobody's
 * where its holder has ended; who may not look at that is told what the table has.
 */
async function leaseNow(target: Target): Promise<Standing['lease']> {
  const found = await getItem(leaseKey(target));
  if (isUnavailable(found)) return 'unknown';
  const held: Lease | undefined = lease.safeParse(found).data;
  if (held === undefined || !isOut(held)) return 'free';
  const { holder, until } = held;
  return (await isRunning(holder)) ? { holder, until } : 'free';
}

async function isRunning(execution: string): Promise<boolean> {
  const found = await findExecution(execution).catch((error: unknown) => {
    if (error instanceof Failure) return { status: 'RUNNING' };
    throw error;
  });
  return found?.status === 'RUNNING';
}
