import type { Cloud } from './cloud.ts';
import { createCallHook, type InvocationTracker } from './faults/call-hook.ts';
import { createEventHook } from './faults/event-hook.ts';
import type { FaultPlan } from './faults/fault-plan.ts';
import { createRunHook } from './faults/run-hook.ts';

/**
 * Tells a cloud to misbehave, from now on. The same schedule goes wrong at the same calls, whatever else is going on: a fault names the call by what
 * it is and whose, not by when it comes. An administrator's calls (`user/admin`) are left alone.
 */
export function injectFaults(cloud: Cloud, misbehavior: FaultPlan): void {
  const lives: InvocationTracker = {
    running: new Map(),
    killed: new Set(),
    kill: new Map(),
    startedAt: cloud.clock.now(),
  };
  cloud.faultHooks = {
    call: createCallHook(cloud, misbehavior, lives),
    event: createEventHook(cloud, misbehavior.faults),
    run: createRunHook(cloud, misbehavior.faults, lives),
  };
}
