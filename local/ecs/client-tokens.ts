import { AwsError } from '../aws-error.ts';
import type { Cluster, Ecs, EcsTask } from './state.ts';

interface TokenUse {
  parameters: string;
  tasks: EcsTask[];
  at: number;
}

/** Client tokens belong to a cluster (API reference, "Ensuring idempotency"). */
const usesByCluster = new WeakMap<Cluster, Map<string, TokenUse>>();

const usesOf = (cluster: Cluster): Map<string, TokenUse> => {
  const found = usesByCluster.get(cluster) ?? new Map<string, TokenUse>();
  usesByCluster.set(cluster, found);
  return found;
};

const dayMs = 24 * 3_600_000;
/** A stopped task is remembered for an hour. */
const rememberedMs = 3_600_000;

/** A token lives for 24 hours or until ECS forgets its tasks, whichever is shorter (API reference, "Ensuring idempotency"). */
function isAlive({ at, tasks }: TokenUse, now: number): boolean {
  const remembered = tasks.some(
    ({ stoppedAt }) => stoppedAt === undefined || now - stoppedAt.getTime() <= rememberedMs,
  );
  return now - at < dayMs && remembered;
}

/** Returns the tasks that a request with this token started. Throws ConflictException if that request had other parameters. */
export function findByClientToken(
  { cloud }: Ecs,
  cluster: Cluster,
  token: string | undefined,
  parameters: string,
): EcsTask[] | undefined {
  const use = token === undefined ? undefined : usesOf(cluster).get(token);
  if (use === undefined || !isAlive(use, cloud.clock.now())) return undefined;
  if (use.parameters === parameters) return use.tasks;
  const resourceIds = use.tasks.map(({ arn }) => arn);
  const message = 'The provided clientToken is already in use with a different RunTask request.';
  throw new AwsError('ConflictException', message, 400, { resourceIds });
}

/** Remembers what a request with a token started. */
export function recordClientToken({ cloud }: Ecs, cluster: Cluster, token: string, use: Omit<TokenUse, 'at'>): void {
  usesOf(cluster).set(token, { ...use, at: cloud.clock.now() });
}
