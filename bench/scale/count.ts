import {
  createEcsThrottle,
  ecsTokenBuckets,
  type TokenBucket,
  type TokenBucketUse,
} from '../../local/faults/token-buckets.ts';
import { injectFaults } from '../../local/faults.ts';
import type { InProcessSystem } from '../../local/run/in-process-system.ts';
import { createGantryCallFilter, isScheduledInvocation } from '../gantry-calls.ts';

/** The limits of one of ECS's token buckets, and its use in the account with the most requests. */
export type BucketUse = TokenBucketUse & Pick<TokenBucket, 'name' | 'burst' | 'sustained'>;

/** The counts of all deployments of a load together. */
export interface ScaleCounts {
  calls: Map<string, number>;
  invocations: number;
  buckets(): BucketUse[];
}

/** Enables ECS's throttles in every account and starts to count Gantry's invocations and the calls that are not throttled. */
export function throttleAndCount(system: InProcessSystem): ScaleCounts {
  const { cloud, clock } = system;
  const throttle = createEcsThrottle(clock);
  const isFromGantry = createGantryCallFilter(system);
  const counts: ScaleCounts = { calls: new Map(), invocations: 0, buckets: () => findBusiestAccounts(throttle.uses()) };
  injectFaults(cloud, {
    faults: [],
    isAllowed: throttle.allows,
    observe: (request, by, effect) => {
      const name = `${request.service} ${request.operation}`;
      if (isFromGantry(request) && !isScheduledInvocation(by))
        counts.calls.set(name, (counts.calls.get(name) ?? 0) + 1);
      return effect();
    },
  });
  const { run } = cloud.faultHooks ?? {};
  if (cloud.faultHooks !== undefined && run !== undefined)
    cloud.faultHooks.run = (invocation, go) => {
      if (!isScheduledInvocation(invocation)) counts.invocations += 1;
      return run(invocation, go);
    };
  return counts;
}

/** Returns the use of each bucket in the account with the most requests, including refused ones. The keys of `uses` are `account bucket`. */
export const findBusiestAccounts = (uses: Map<string, TokenBucketUse>): BucketUse[] =>
  ecsTokenBuckets.flatMap(({ name, burst, sustained }) => {
    const own = [...uses].filter(([key]) => key.endsWith(` ${name}`)).map(([, use]) => use);
    const [most] = own.toSorted((a, b) => totalRequests(b) - totalRequests(a));
    return most === undefined ? [] : [{ name, burst, sustained, ...most }];
  });

const totalRequests = ({ allowed, refused }: TokenBucketUse): number => allowed + refused;
