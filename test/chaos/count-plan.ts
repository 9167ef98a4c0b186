import { count } from './counts.ts';
import type { PlanRun } from './plan-run.ts';

/** Counts what the plan of a run contains. What happens only during a run is counted there. */
export function countPlan({ plan, counts }: PlanRun): void {
  count(counts, 'schedules: played');
  for (const { service } of plan.deployments) {
    const { shift } = plan.services[service]!;
    count(counts, `strategy: ${shift?.strategy ?? 'ROLLING'}`);
  }
  if (plan.tasks === undefined) return;
  count(counts, `pre-deploy task: ${plan.tasks.migrate}`);
  count(counts, `post-deploy task: ${plan.tasks.smoke}`);
}
