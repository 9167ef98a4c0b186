import type { Ecs, EcsService } from './state.ts';

/** Delay between a change and the scheduler run, which covers all changes in between. Milliseconds. */
const schedulerDelayMs = 1_000;

/** Schedules the scheduler for a service, in one second or at `at` (simulated milliseconds), whichever is earlier. */
export function wakeScheduler(
  ecs: Ecs,
  service: EcsService | undefined,
  at = ecs.cloud.clock.now() + schedulerDelayMs,
): void {
  if (service === undefined) return;
  if (service.nextSchedulerRun !== undefined && service.nextSchedulerRun.at <= at) return;
  service.nextSchedulerRun?.cancel();
  const cancel = ecs.cloud.clock.after(at - ecs.cloud.clock.now(), () => {
    delete service.nextSchedulerRun;
    ecs.runScheduler(service);
  });
  service.nextSchedulerRun = { at, cancel };
}
