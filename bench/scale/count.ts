import {
  createEcsThrottle,
  ecsTokenBuckets,
  type TokenBucket,
  type TokenBucketUse,
} from '../../local/faults/token-buckets.ts';
import { injectFaults } from '../../local/faults.ts';
import type { InProcessSystem } from '../../local/run/in-process-system.ts';
import { createGantryCallFilter, isScheduledInvocation } from '../gantry-calls.ts';

/** One of ECS's token buckets: what was asked of it in the account that asked most, beside its limits. */
export type BucketUse = TokenBucketUse & Pick<TokenBucket, 'name' | 'burst' | 'sustained'>;

/** What all deployments of a load took together. */
export interface ScaleCounts {
  calls: Map<string, number>;
  invocations: number;
  buckets(): BucketUse[];
}

/** Puts ECS's throttles in force in every account and begins to count Gantry's calls that pass them, and its invocations. */
export function throttleAndCount(stage: InProcessSystem): ScaleCounts {
  const { cloud, clock } = stage;
  const throttle = createEcsThrottle(clock);
  const gantrys = createGantryCallFilter(stage);
  const counts: ScaleCounts = { calls: new Map(), invocations: 0, buckets: () => findBusiestAccounts(throttle.uses()) };
  injectFaults(cloud, {
    faults: [],
    isAllowed: throttle.allows,
    observe: (asked, by, effect) => {
      const name = `${asked.service} ${asked.operation}`;
      if (gantrys(asked) && !isScheduledInvocation(by)) counts.calls.set(name, (counts.calls.get(name) ?? 0) + 1);
      return effect();
    },
  });
  const { run } = cloud.faultHooks ?? {};
  if (cloud.faultHooks !== undefined && run !== undefined)
    cloud.faultHooks.run = (ran, go) => {
      if (!isScheduledInvocation(ran)) counts.invocations += 1;
      return run(ran, go);
    };
  return counts;
}

/** Of each bucket the account that asked most of it, refused calls too. Uses are by `account bucket`. */
export const findBusiestAccounts = (uses: Map<string, TokenBucketUse>): BucketUse[] =>
  ecsTokenBuckets.flatMap(({ name, burst, sustained }) => {
    const own = [...uses].filter(([key]) => key.endsWith(` ${name}`)).map(([, use]) => use);
    const [most] = own.toSorted((a, b) => totalRequests(b) - totalRequests(a));
    return most === undefined ? [] : [{ name, burst, sustained, ...most }];
  });

const totalRequests = ({ allowed, refused }: TokenBucketUse): number => allowed + refused;
