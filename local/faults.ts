import type { Asked, Cloud, Ran } from './cloud.ts';
import { callFaults, type Lives } from './faults/calls.ts';
import { eventFaults } from './faults/events.ts';
import type { Fault } from './faults/fault.ts';
import { runFaults } from './faults/runs.ts';

export interface Misbehavior {
  /** What goes wrong, in any order. */
  schedule: Fault[];
  /** What others do meanwhile, by the names that the schedule uses; each is told the call that it comes before. */
  acts?: Record<string, (before: Asked) => Promise<unknown>>;
  /** Refuses a call that the service's rate does not allow just now (local/faults/buckets.ts). */
  allows?: (asked: Asked) => boolean;
  /** Watches every call that comes to its effect; `by`: the invocation that makes it, if one does. */
  watch?: (asked: Asked, by: Ran | undefined, effect: () => Promise<unknown>) => Promise<unknown>;
}

/**
 * Tells a cloud to misbehave, from now on. The same schedule goes wrong at the same calls, whatever else is going on: a fault names the call by what
 * it is and whose, not by when it comes. An administrator's calls (`user/admin`) are left alone.
 */
export function misbehave(cloud: Cloud, misbehavior: Misbehavior): void {
  const lives: Lives = { running: new Map(), dead: new Set(), kill: new Map(), began: cloud.clock.now() };
  cloud.faults = {
    call: callFaults(cloud, misbehavior, lives),
    event: eventFaults(cloud, misbehavior.schedule),
    run: runFaults(cloud, misbehavior.schedule, lives),
  };
}
