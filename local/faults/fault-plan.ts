import type { FunctionInvocation, OperationRequest } from '../cloud.ts';
import type { Fault } from './fault.ts';

export interface FaultPlan {
  /** The faults, in any order. */
  faults: Fault[];
  /** Functions for other people's actions during the run, by the names in the plan. The argument is the call before which the action happens. */
  actions?: Record<string, (before: OperationRequest) => Promise<unknown>>;
  /** Returns false for a call that exceeds the service's request rate (local/faults/token-buckets.ts). */
  isAllowed?: (request: OperationRequest) => boolean;
  /** Observes every call that takes effect; `by`: the invocation that makes it, if any. */
  observe?: (
    request: OperationRequest,
    by: FunctionInvocation | undefined,
    effect: () => Promise<unknown>,
  ) => Promise<unknown>;
}
