import type { FunctionInvocation, OperationRequest } from '../cloud.ts';
import type { Fault } from './fault.ts';

export interface FaultPlan {
  /** What goes wrong, in any order. */
  faults: Fault[];
  /** What others do meanwhile, by the names that the schedule uses; each is told the call that it comes before. */
  actions?: Record<string, (before: OperationRequest) => Promise<unknown>>;
  /** Refuses a call that the service's rate does not allow just now (local/faults/token-buckets.ts). */
  isAllowed?: (asked: OperationRequest) => boolean;
  /** Watches every call that comes to its effect; `by`: the invocation that makes it, if one does. */
  observe?: (
    asked: OperationRequest,
    by: FunctionInvocation | undefined,
    effect: () => Promise<unknown>,
  ) => Promise<unknown>;
}
