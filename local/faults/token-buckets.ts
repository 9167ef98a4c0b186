import type { Clock } from '../clock.ts';
import type { OperationRequest } from '../cloud.ts';

/** A token bucket: the number of calls in a burst, and the refill rate per second. */
export interface TokenBucket {
  name: string;
  operations: RegExp;
  burst: number;
  sustained: number;
}

/** The buckets of ECS for each account and Region (docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html). */
export const ecsTokenBuckets: TokenBucket[] = [
  { name: 'task definition, modify', operations: /^(Register|Deregister)TaskDefinition$/, burst: 20, sustained: 1 },
  {
    name: 'task definition, read',
    operations: /^(DescribeTaskDefinition|ListTaskDefinitions)$/,
    burst: 50,
    sustained: 20,
  },
  { name: 'service, modify', operations: /^(Create|Delete|Update)Service$/, burst: 50, sustained: 5 },
  { name: 'service, read', operations: /^(Describe|List)Services$/, burst: 100, sustained: 20 },
  { name: 'service deployment, read', operations: /^(Describe|List)ServiceDeployments$/, burst: 50, sustained: 20 },
  { name: 'service revision, read', operations: /^DescribeServiceRevisions$/, burst: 50, sustained: 20 },
  { name: 'cluster resource, read', operations: /^(Describe|List)Tasks$/, burst: 100, sustained: 20 },
  { name: 'cluster resource, modify', operations: /^(Run|Stop)Task$/, burst: 100, sustained: 40 },
  { name: 'cluster, read', operations: /^(Describe|List)Clusters$/, burst: 50, sustained: 20 },
  { name: 'tags, modify', operations: /^(Untag|Tag)Resource$/, burst: 20, sustained: 10 },
];

/** The use of one account's bucket. */
export interface TokenBucketUse {
  allowed: number;
  refused: number;
  /** The highest number of calls, including throttled ones, within one second of simulated time. */
  peak: number;
}

interface BucketLevel {
  tokens: number;
  at: number;
  second: number;
  inSecond: number;
  use: TokenBucketUse;
}

/** ECS's buckets of all accounts: checks whether a call is allowed now, and afterwards reports the use by `account bucket`. */
export function createEcsThrottle(clock: Clock, buckets = ecsTokenBuckets) {
  const levels = new Map<string, BucketLevel>();
  const levelOf = (key: string, { burst }: TokenBucket): BucketLevel => {
    const fresh = { tokens: burst, at: clock.now(), second: 0, inSecond: 0, use: { allowed: 0, refused: 0, peak: 0 } };
    const found = levels.get(key) ?? fresh;
    levels.set(key, found);
    return found;
  };
  return {
    uses: (): Map<string, TokenBucketUse> => new Map([...levels].map(([key, { use }]) => [key, use])),
    allows({ service, operation, as }: OperationRequest): boolean {
      const bucket = service === 'ecs' ? buckets.find(({ operations }) => operations.test(operation)) : undefined;
      if (bucket === undefined) return true;
      const level = levelOf(`${as.caller.account} ${bucket.name}`, bucket);
      refill(level, bucket, clock.now());
      const allowed = level.tokens >= 1;
      if (allowed) level.tokens -= 1;
      level.use[allowed ? 'allowed' : 'refused'] += 1;
      return allowed;
    },
  };
}

function refill(level: BucketLevel, { burst, sustained }: TokenBucket, now: number): void {
  level.tokens = Math.min(burst, level.tokens + ((now - level.at) / 1000) * sustained);
  level.at = now;
  const second = Math.floor(now / 1000);
  level.inSecond = second === level.second ? level.inSecond + 1 : 1;
  level.second = second;
  level.use.peak = Math.max(level.use.peak, level.inSecond);
}
