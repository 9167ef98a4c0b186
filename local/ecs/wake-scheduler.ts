import type { Ecs, EcsService } from './state.ts';

/** After a change the scheduler looks at the service this much later, once for all changes in between. Milliseconds. */
const schedulerDelayMs = 1_000;

/** Has the scheduler look at a service, a second from now or at `at` (milliseconds, simulated), whichever is planned first. */
export function wakeScheduler(ecs: Ecs, service: EcsService, at = ecs.cloud.clock.now() + schedulerDelayMs): void {
  if (service.nextSchedulerRun !== undefined && service.nextSchedulerRun.at <= at) return;
  service.nextSchedulerRun?.cancel();
  const cancel = ecs.cloud.clock.after(at - ecs.cloud.clock.now(), () => {
    delete service.nextSchedulerRun;
    ecs.runScheduler(service);
  });
  service.nextSchedulerRun = { at, cancel };
}
