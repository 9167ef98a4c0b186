/** A service as its scheduler sees it. `live` are the tasks that have not been asked to stop. */
export interface SchedulerInput {
  desired: number;
  minimumHealthyPercent: number;
  maximumPercent: number;
  primary: { live: number; healthy: number };
  others: { live: number; healthy: number };
  /** The deployment has succeeded early, so the tasks of earlier deployments are no longer needed. */
  earlySuccess?: boolean;
}

/**
 * How many tasks to start and to stop now. `blocked` means that tasks are missing but the percentages allow neither a start nor
 * a stop.
 */
export interface SchedulerDecision {
  start: number;
  stopPrimary: number;
  stopOthers: { healthy: number; unhealthy: number };
  blocked: boolean;
}

/**
 * ECS's rolling update: never more tasks than `maximumPercent` (rounded down), never fewer healthy ones than
 * `minimumHealthyPercent` (rounded up) of the desired count (botocore ecs DeploymentConfiguration).
 */
export function planTaskChanges({
  desired,
  minimumHealthyPercent,
  maximumPercent,
  primary,
  others,
  earlySuccess = false,
}: SchedulerInput): SchedulerDecision {
  const most = Math.floor((desired * maximumPercent) / 100);
  const least = Math.ceil((desired * minimumHealthyPercent) / 100);
  const missing = Math.max(0, desired - primary.live);
  const start = Math.min(missing, Math.max(0, most - primary.live - others.live));
  const healthy = primary.healthy + others.healthy;
  // Old tasks stop once new ones replace them, or earlier if the percentages leave no other way to make room.
  const dispensable = Math.max(healthy - desired, missing - start);
  const stopHealthy = earlySuccess
    ? others.healthy
    : Math.max(0, Math.min(others.healthy, healthy - least, dispensable));
  const unhealthy = others.live - others.healthy;
  const waiting = primary.live > primary.healthy || unhealthy > 0;
  return {
    start,
    stopPrimary: Math.max(0, primary.live - desired),
    stopOthers: { healthy: stopHealthy, unhealthy },
    blocked: missing > 0 && start === 0 && stopHealthy === 0 && !waiting,
  };
}
