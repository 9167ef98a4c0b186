import { formatTime } from '../parsing/time-text.ts';
import { createBakeProgress, formatBakeProgress } from '../rollout/bake-sentence.ts';
import { describeGoneService } from '../rollout/ecs-verdict.ts';
import type { RolloutObservation } from '../rollout/observation.ts';
import { isNewestDeploymentUnfinished } from '../rollout/rolling-out.ts';
import { describeMissingService } from '../service/described-service.ts';
import { formatLeaseHolder } from '../service/lease.ts';
import type { CellState, CellWait, FailureDetails } from './cell-data.ts';
import { findLeaseHolder } from './choose-state.ts';
import type { ServiceObservation } from './observations.ts';
import { describeRollout, findRunningExecutionData } from './progress.ts';
import { findRunningEntry } from './running.ts';

const firstLine = (text: string): string => text.split('\n')[0] ?? '';

/** Returns the sentence of a rollback in progress: what failed, what Gantry did, and how far the rollback is. */
function describeRollback({ execution }: ServiceObservation): string | undefined {
  const data = execution?.value?.data;
  if (data?.rollBack === undefined && data?.decision === undefined) return undefined;
  const reason = data.verdict?.outcome === 'failed' ? firstLine(data.verdict.reason) : data.decision?.reason;
  const outcome = data.rollbackOutcome === undefined ? undefined : data.rollbackOutcome.sentence;
  return [reason, data.rollBack?.sentence, outcome].filter((part) => part !== undefined).join(' ');
}

function describeMotion(observation: ServiceObservation, rollout: RolloutObservation | undefined): string | undefined {
  const { execution, service } = observation;
  const data = findRunningExecutionData(observation);
  const isRolling = service.value !== undefined && isNewestDeploymentUnfinished(service.value.service);
  if (findRunningEntry(observation) !== undefined) {
    const back = describeRollback(observation);
    if (back !== undefined) return back;
    if (data?.lease?.status === 'waiting') return `Waiting for the lease: ${formatLeaseHolder(data.lease.holder)}.`;
    const bake = data && createBakeProgress(data);
    if (bake !== undefined) return `${formatBakeProgress({ ...bake, at: execution?.readAt ?? bake.stableAt })}.`;
    if (data?.rollout === undefined && !isRolling) return execution?.value?.step;
  }
  if (rollout !== undefined && (isRolling || data?.rollout !== undefined)) return describeRollout(rollout);
  const held = findLeaseHolder(observation);
  return held && `${formatLeaseHolder(held.holder)}, until ${formatTime(held.until)} at most.`;
}

/** Returns the sentence of a cell, in the words that the command line and the console of CodePipeline show. */
export function describeState(
  observation: ServiceObservation,
  state: CellState,
  {
    waits,
    rollout,
    failure,
  }: { waits: CellWait[]; rollout: RolloutObservation | undefined; failure: FailureDetails | undefined },
): string | undefined {
  const { service, target } = observation;
  const status = service.value?.service.status ?? 'MISSING';
  switch (state) {
    case 'unreadable':
      return service.problem;
    case 'missing':
      return ['MISSING', 'ACTIVE'].includes(status) ? describeMissingService(target) : describeGoneService(status);
    case 'failed':
      return failure && firstLine(failure.reason);
    case 'in progress':
      return describeMotion(observation, rollout);
    case 'waiting':
      return describeMotion(observation, rollout) ?? `Waits for ${waits.map((one) => one.for).join(', and for ')}.`;
    default:
      return undefined;
  }
}
