import type { Ecs, EcsServiceDeployment } from './state.ts';

/** How much later the history dates a deployment than the service does, by the answer. Milliseconds. */
const offsetMs = { same: 0, 'history-earlier': -2000, 'history-later': 2000 };

/** Returns a time of a service deployment as the history shows it. */
export const historyTime = ({ cloud }: Ecs, time: Date): Date =>
  new Date(time.getTime() + offsetMs[cloud.answers['history-times']]);

/** How long the history omits a new deployment, by the answer. Milliseconds. */
const historyDelayMs = { none: 0, '15-seconds': 15_000 };

/** Whether the history already lists a deployment. It never lists one before the time at which it dates it. */
export const isInHistory = (ecs: Ecs, { createdAt, service }: EcsServiceDeployment): boolean => {
  const now = ecs.cloud.clock.now();
  return (
    now - createdAt.getTime() >= historyDelayMs[ecs.cloud.answers['history-delay']] &&
    now >= historyTime(ecs, createdAt).getTime() &&
    createdAt.getTime() >= (service.historySince ?? 0)
  );
};
