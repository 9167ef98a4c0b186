import type { ExecutionSource } from '../model/execution-source.ts';
import type { DeadExecution } from './dead-execution.ts';

/** What is known of a dead execution when its job has been reported. */
interface ReportedDeadExecution extends Pick<DeadExecution, 'status'> {
  source: ExecutionSource;
  /** Whether its states had read the job from CodePipeline. */
  isConfirmed: boolean;
  /** Whether another execution has the job now. */
  isTakenOver: boolean;
  /** Whether CodePipeline took the result of the job from us. */
  isDelivered: boolean;
}

/**
 * Whether a dead execution that wrote no ledger entry gets one. An event can concern several services, and a rollback that it starts may have nothing to do with
 * most of them. A job that was not confirmed can still be offered, so another execution releases it; but an execution that failed reported its job itself.
 */
export function needsLateEntry(dead: ReportedDeadExecution): boolean {
  if (dead.source.type === 'event' || dead.isTakenOver) return false;
  return dead.isConfirmed || dead.isDelivered || dead.status === 'FAILED';
}
