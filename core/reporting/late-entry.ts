import type { ExecutionSource } from '../model/execution-source.ts';
import type { DeadExecution } from './dead-execution.ts';

/** Facts about a dead execution after its job has been reported. */
interface ReportedDeadExecution extends Pick<DeadExecution, 'status'> {
  source: ExecutionSource;
  /** Whether its states had read the job from CodePipeline. */
  isConfirmed: boolean;
  /** Whether another execution has the job now. */
  isTakenOver: boolean;
  /** Whether CodePipeline accepted the result of the job from Gantry. */
  isDelivered: boolean;
}

/**
 * Whether to write a ledger entry for a dead execution that wrote none. An execution that an event started gets none, because the event can concern several
 * services, and most of them may have no rollback. An execution with an unconfirmed job gets none, because CodePipeline can still offer the job to another
 * execution. If it failed, it gets one, because it has reported its job itself.
 */
export function needsLateLedgerEntry(dead: ReportedDeadExecution): boolean {
  if (dead.source.type === 'event' || dead.isTakenOver) return false;
  return dead.isConfirmed || dead.isDelivered || dead.status === 'FAILED';
}
