import type { Cloud } from './cloud.ts';
import { createCallHook, type InvocationTracker } from './faults/call-hook.ts';
import { createEventHook } from './faults/event-hook.ts';
import type { FaultPlan } from './faults/fault-plan.ts';
import { createRunHook } from './faults/run-hook.ts';

/**
 * Injects faults into a cloud from now on. A fault identifies a call by its content and caller, not by its time. So the same plan affects the same calls,
 * whatever else happens. Calls of an administrator (`user/admin`) are not affected.
 */
export function injectFaults(cloud: Cloud, plan: FaultPlan): void {
  const tracker: InvocationTracker = {
    running: new Map(),
    killed: new Set(),
    kill: new Map(),
    startedAt: cloud.clock.now(),
  };
  cloud.faultHooks = {
    call: createCallHook(cloud, plan, tracker),
    event: createEventHook(cloud, plan.faults),
    run: createRunHook(cloud, plan.faults, tracker),
  };
}
