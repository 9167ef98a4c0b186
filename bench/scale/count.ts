import { type Bucket, ecsBuckets, ecsThrottle, type Use } from '../../local/faults/buckets.ts';
import { misbehave } from '../../local/faults.ts';
import type { Stage } from '../../local/run/stage.ts';
import { callsOfGantry, isScheduled } from '../callers.ts';

/** One of ECS's token buckets: what was asked of it in the account that asked most, beside its limits. */
export type Asked = Use & Pick<Bucket, 'name' | 'burst' | 'sustained'>;

/** What all deployments of a load took together. */
export interface Counts {
  calls: Map<string, number>;
  invocations: number;
  buckets(): Asked[];
}

/** Puts ECS's throttles in force in every account and begins to count Gantry's calls that pass them, and its invocations. */
export function throttleAndCount(stage: Stage): Counts {
  const { cloud, clock } = stage;
  const throttle = ecsThrottle(clock);
  const gantrys = callsOfGantry(stage);
  const counts: Counts = { calls: new Map(), invocations: 0, buckets: () => busiest(throttle.uses()) };
  misbehave(cloud, {
    schedule: [],
    allows: throttle.allows,
    watch: (asked, by, effect) => {
      const name = `${asked.service} ${asked.operation}`;
      if (gantrys(asked) && !isScheduled(by)) counts.calls.set(name, (counts.calls.get(name) ?? 0) + 1);
      return effect();
    },
  });
  const { run } = cloud.faults ?? {};
  if (cloud.faults !== undefined && run !== undefined)
    cloud.faults.run = (ran, go) => {
      if (!isScheduled(ran)) counts.invocations += 1;
      return run(ran, go);
    };
  return counts;
}

/** Of each bucket the account that asked most of it, refused calls too. Uses are by `account bucket`. */
export const busiest = (uses: Map<string, Use>): Asked[] =>
  ecsBuckets.flatMap(({ name, burst, sustained }) => {
    const own = [...uses].filter(([key]) => key.endsWith(` ${name}`)).map(([, use]) => use);
    const [most] = own.toSorted((a, b) => askedOf(b) - askedOf(a));
    return most === undefined ? [] : [{ name, burst, sustained, ...most }];
  });

const askedOf = ({ allowed, refused }: Use): number => allowed + refused;
