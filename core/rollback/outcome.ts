import type { RollbackOutcome, RollbackResult, ServiceStatus } from '../model/state-data.ts';
import { type Deployment, findNewerDeployment, type RolloutObservation } from '../rollout/observation.ts';
import { formatServiceStatus, serviceStatusOf } from '../rollout/task-counts.ts';
import { planWait } from '../waiting/subscription.ts';

/** A rollback starts tasks that have run before, so it is done in minutes or not at all; a job is not kept waiting for longer. In ms. */
export const maxRollbackMs = 30 * 60_000;

/** A job has its result within a minute of its deadline, so no look at the rollback begins later than this after it. In ms. */
const reportGraceMs = 30_000;

/** How long a pipeline's job may wait for the end of a rollback. */
export const reportDeadline = (deadline: Date): Date => new Date(deadline.getTime() + reportGraceMs);

export interface RollbackAttempt {
  look: RolloutObservation;
  /** The revision that the service ran before us. */
  before: string;
  rollBack?: RollbackResult | undefined;
  /** When the rollout was found to have failed. */
  since: Date;
  /** When the result has to be told, where somebody waits for it. */
  latest?: Date | undefined;
}

type SettledOutcome = { back: boolean; sentence: string } | undefined;

/** Steady by ECS's word, or by count where ECS gives none (behind a Classic Load Balancer). */
const isDeploymentSteady = ({ rolloutState, running, desired }: Deployment): boolean =>
  rolloutState === undefined ? running >= desired : rolloutState === 'COMPLETED';

/** ECS's own rollback, by its entry in the history; its revision may be an older one than the one before ours. */
function settleByEcs({ look, before, rollBack }: RollbackAttempt): SettledOutcome | 'not yet' {
  const standing = formatServiceStatus(serviceStatusOf(look.service));
  switch (look.serviceDeployment?.status) {
    case 'ROLLBACK_REQUESTED':
    case 'ROLLBACK_IN_PROGRESS':
      return 'not yet';
    case 'ROLLBACK_SUCCESSFUL':
      return {
        back: look.service.taskDefinition === before,
        sentence: `ECS rolled back: the service is on ${standing}.`,
      };
    case 'ROLLBACK_FAILED':
      return { back: false, sentence: `ECS could not roll back: the service is on ${standing} and needs a person.` };
    case 'STOPPED':
      // Final, also where ECS was expected to roll back by itself.
      if (rollBack !== undefined && rollBack.did !== 'stopped') return undefined;
      return { back: false, sentence: `ECS stopped the deployment without a rollback: the service is on ${standing}.` };
    default:
      return undefined;
  }
}

/** A newer deployment, by the service: ours with the old revision, or somebody else's. */
function settleByNewer({ look, before }: RollbackAttempt, newer: Deployment): SettledOutcome {
  const standing = formatServiceStatus(serviceStatusOf(look.service));
  if (newer.taskDefinition !== before)
    return { back: false, sentence: `A deployment of somebody else's is the newest: the service is on ${standing}.` };
  if (newer.rolloutState === 'FAILED')
    return {
      back: false,
      sentence: `The deployment that should restore it failed too: the service is on ${standing}.`,
    };
  return isDeploymentSteady(newer) ? { back: true, sentence: `The service is back on ${standing}.` } : undefined;
}

function settle(after: RollbackAttempt): SettledOutcome {
  const { service } = after.look;
  if (service.status !== 'ACTIVE') return { back: false, sentence: `The service is ${service.status}.` };
  const byEcs = settleByEcs(after);
  if (byEcs !== undefined) return byEcs === 'not yet' ? undefined : byEcs;
  const newer = findNewerDeployment(after.look);
  if (newer !== undefined) return settleByNewer(after, newer);
  if (after.rollBack?.did === 'nothing')
    return { back: false, sentence: `The service stays on ${formatServiceStatus(serviceStatusOf(service))}.` };
  return undefined;
}

const formatUnfinished = (elapsedMs: number, standing: ServiceStatus): string => {
  const minutes = Math.floor(elapsedMs / 60_000);
  const after = minutes === 0 ? 'yet' : `after ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`;
  return `The rollback was not done ${after}: the service is on ${formatServiceStatus(standing)}.`;
};

/** Where the service ends up after a failed rollout, by one look at it; settled in any case after half an hour, or when a job must be told. */
export function judgeRollback(after: RollbackAttempt): RollbackOutcome {
  const { look, since, latest } = after;
  const standing = serviceStatusOf(look.service);
  const settled = settle(after);
  if (settled !== undefined) return { outcome: 'settled', ...settled, standing };
  const elapsed = look.now.getTime() - since.getTime();
  const longest = Math.min(maxRollbackMs, (latest?.getTime() ?? Number.POSITIVE_INFINITY) - since.getTime());
  if (elapsed >= longest)
    return { outcome: 'settled', back: false, sentence: formatUnfinished(elapsed, standing), standing };
  const end = new Date(since.getTime() + longest);
  return { outcome: 'going on', ...planWait(look.now, { since, end }, look.ear), standing };
}
