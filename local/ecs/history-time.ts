import type { Ecs, EcsServiceDeployment } from './state.ts';

/** The difference between the time of a deployment in the history and its time in the service, by the answer. Milliseconds. */
const offsetMs = { same: 0, 'history-earlier': -2000, 'history-later': 2000 };

/** Returns a time of a service deployment as the history shows it. */
export const historyTime = ({ cloud }: Ecs, time: Date): Date =>
  new Date(time.getTime() + offsetMs[cloud.answers['history-times']]);

/** How long the history omits a new deployment, by the answer. Milliseconds. */
const historyDelayMs = { none: 0, '15-seconds': 15_000 };

/** Whether the history already lists a deployment. The history never lists a deployment before the time that it shows for the deployment. */
export const isInHistory = (ecs: Ecs, { createdAt, service }: EcsServiceDeployment): boolean => {
  const now = ecs.cloud.clock.now();
  return (
    now - createdAt.getTime() >= historyDelayMs[ecs.cloud.answers['history-delay']] &&
    now >= historyTime(ecs, createdAt).getTime() &&
    createdAt.getTime() >= (service.historySince ?? 0)
  );
};
