import { addServiceEvent, publishServiceAction } from './events.ts';
import type { Ecs, EcsDeployment } from './state.ts';

/** The first pause between repeated failed starts, and the longest (AWS: "up to a maximum of 15 minutes", service-throttle-logic). */
const firstPauseMs = 15_000;
const longestPauseMs = 15 * 60_000;
/** Number of failed starts before ECS slows down. AWS gives no number. */
const unthrottledFailures = 3;

const pauseMs = (failures: number): number =>
  failures < unthrottledFailures ? 0 : Math.min(longestPauseMs, firstPauseMs * 2 ** (failures - unthrottledFailures));

/** Delays the next start after a failed one; the pause grows with each consecutive failure. */
export function throttleStarts(ecs: Ecs, deployment: EcsDeployment | undefined): void {
  if (deployment === undefined) return;
  deployment.failedStarts += 1;
  const pause = pauseMs(deployment.failedStarts);
  deployment.notBefore = ecs.cloud.clock.now() + pause;
  if (pause === 0) return;
  addServiceEvent(ecs, deployment.serviceDeployment.service, 'is unable to consistently start tasks successfully.');
  publishServiceAction(ecs, deployment.serviceDeployment.service, 'SERVICE_TASK_START_IMPAIRED');
}
