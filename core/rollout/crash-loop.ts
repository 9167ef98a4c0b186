import { findOurDeployment, type RolloutObservation } from './observation.ts';
import { groupByCause, isTaskFailure, type StopCause } from './stopped-task.ts';

/** ECS's own measure of too many: half of the wanted tasks, at least 3, at most 200 (botocore ecs `DeploymentCircuitBreaker`; half is rounded up). */
export const failureThreshold = (desired: number): number => Math.min(Math.max(Math.ceil(desired / 2), 3), 200);

/** A circuit breaker that is on gets the first word until the rollout is stable: it cannot see containers that die after they ran, so past twice its measure we speak. */
const thresholdFactor = ({ service, stableAt }: RolloutObservation): number =>
  service.circuitBreaker.enable && stableAt === undefined ? 2 : 1;

/** A time that a task lacks (ECS leaves out what never happened) counts as `otherwise`. */
const timeOrDefault = (date: Date | undefined, otherwise: number): number => date?.getTime() ?? otherwise;

/** Whether the running tasks have by now outlived every one that died: then the worst is over, as for ECS's own count, which a healthy task resets. */
function hasRecovered(look: RolloutObservation): boolean {
  if ((findOurDeployment(look)?.running ?? 0) === 0) return false;
  const dead = look.stoppedTasks.filter(isTaskFailure);
  const lives = dead.map(({ createdAt, startedAt, stoppedAt }) => {
    const end = timeOrDefault(stoppedAt, look.now.getTime());
    return end - timeOrDefault(startedAt ?? createdAt, end);
  });
  const quiet = look.now.getTime() - Math.max(...dead.map(({ stoppedAt }) => timeOrDefault(stoppedAt, 0)));
  return quiet > Math.max(...lives);
}

/** The cause that tasks of our deployment die of again and again; undefined while it may still come right. */
export function findCrashLoop(look: RolloutObservation): StopCause | undefined {
  const limit = failureThreshold(look.service.desired) * thresholdFactor(look);
  const [worst] = groupByCause(look.stoppedTasks);
  return worst !== undefined && worst.tasks.length >= limit && !hasRecovered(look) ? worst : undefined;
}
