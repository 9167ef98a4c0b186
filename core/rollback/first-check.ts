import type { RollbackActionResult, RollbackCheck } from '../model/state-data.ts';
import type { RolloutObservation } from '../rollout/observation.ts';
import { toServiceStatus } from '../rollout/task-counts.ts';
import { planWait, type WakeSubscription } from '../waiting/subscription.ts';
import { calculateReportTime } from './report-time.ts';

/** The facts about a rollback that has just begun. `since`: when the rollout failed; `latest`: when the result is due, if a job waits. */
interface BegunRollback {
  observation: Pick<RolloutObservation, 'now' | 'service' | 'subscription'>;
  since: Date;
  latest?: Date | undefined;
}

/**
 * When to make the first check. ECS rolls back in seconds if the old tasks still run. So after a stop, one check follows soon, without a
 * subscription. While ECS rolls back by itself, one check follows after the shortest interval. A restored revision starts new tasks, so the
 * execution waits for the event about its deployment.
 */
function subscribe(
  subscription: WakeSubscription | undefined,
  by: RollbackActionResult['did'] | 'ecs',
  restore: string | undefined,
) {
  if (subscription === undefined || by === 'ecs') return undefined;
  return { ...subscription, woken: by === 'stopped', deployment: restore ?? subscription.deployment };
}

/**
 * Plans the first check after ECS or Gantry began a rollback, because an immediate check would find nothing new. `by`: who began the rollback, and how;
 * `restore`: the id of the restoring deployment. Undefined if the result is due now, because in that case an immediate check is needed.
 */
export function planFirstRollbackCheck(
  { observation: { now, service, subscription }, since, latest }: BegunRollback,
  by: RollbackActionResult['did'] | 'ecs',
  restore?: string,
): RollbackCheck | undefined {
  const end = calculateReportTime({ since, latest });
  if (now >= end) return undefined;
  const wait = planWait(now, { since, end, afterChange: true }, subscribe(subscription, by, restore));
  return { outcome: 'going on', ...wait, due: false, serviceStatus: toServiceStatus(service) };
}
