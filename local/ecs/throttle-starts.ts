import { addServiceEvent, publishServiceAction } from './events.ts';
import type { Ecs, EcsDeployment } from './state.ts';

/** First pause between repeated failed starts, and the longest (AWS: "up to a maximum of 15 minutes", service-throttle-logic). */
const firstPauseMs = 15_000;
const longestPauseMs = 15 * 60_000;
/** Failed starts before ECS begins to slow down. AWS gives no number. */
const unthrottledFailures = 3;

const pauseMs = (failures: number): number =>
  failures < unthrottledFailures ? 0 : Math.min(longestPauseMs, firstPauseMs * 2 ** (failures - unthrottledFailures));

/** A start failed: the next one waits, the longer the more have failed in a row. */
export function throttleStarts(ecs: Ecs, deployment: EcsDeployment): void {
  deployment.failedStarts += 1;
  const pause = pauseMs(deployment.failedStarts);
  deployment.notBefore = ecs.cloud.clock.now() + pause;
  if (pause === 0) return;
  addServiceEvent(ecs, deployment.serviceDeployment.service, 'is unable to consistently start tasks successfully.');
  publishServiceAction(ecs, deployment.serviceDeployment.service, 'SERVICE_TASK_START_IMPAIRED');
}
