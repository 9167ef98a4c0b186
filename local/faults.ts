import type { Cloud, FunctionInvocation, OperationRequest } from './cloud.ts';
import { createCallHook, type RunningInvocations } from './faults/call-hook.ts';
import { createEventHook } from './faults/event-hook.ts';
import type { Fault } from './faults/fault.ts';
import { createRunHook } from './faults/run-hook.ts';

export interface FaultPlan {
  /** What goes wrong, in any order. */
  schedule: Fault[];
  /** What others do meanwhile, by the names that the schedule uses; each is told the call that it comes before. */
  acts?: Record<string, (before: OperationRequest) => Promise<unknown>>;
  /** Refuses a call that the service's rate does not allow just now (local/faults/token-buckets.ts). */
  allows?: (asked: OperationRequest) => boolean;
  /** Watches every call that comes to its effect; `by`: the invocation that makes it, if one does. */
  watch?: (
    asked: OperationRequest,
    by: FunctionInvocation | undefined,
    effect: () => Promise<unknown>,
  ) => Promise<unknown>;
}

/**
 * Tells a cloud to misbehave, from now on. The same schedule goes wrong at the same calls, whatever else is going on: a fault names the call by what
 * it is and whose, not by when it comes. An administrator's calls (`user/admin`) are left alone.
 */
export function injectFaults(cloud: Cloud, misbehavior: FaultPlan): void {
  const lives: RunningInvocations = { running: new Map(), dead: new Set(), kill: new Map(), began: cloud.clock.now() };
  cloud.faults = {
    call: createCallHook(cloud, misbehavior, lives),
    event: createEventHook(cloud, misbehavior.schedule),
    run: createRunHook(cloud, misbehavior.schedule, lives),
  };
}
