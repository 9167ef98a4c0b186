import { count } from './counts.ts';
import type { ChaosPlan } from './plan.ts';
import type { PlanRun } from './plan-run.ts';

/** Counts the contents of a run's plan. Events that happen only during a run are counted during the run. */
export function countPlan({ plan, counts }: PlanRun): void {
  count(counts, 'schedules: played');
  for (const { service } of plan.deployments) {
    const { shift, breaker, history = 'all' } = plan.services[service]!;
    count(counts, `strategy: ${shift?.strategy ?? 'ROLLING'}`);
    count(counts, `circuit breaker: ${breaker}`);
    count(counts, `history: ${history}`);
  }
  for (const { id, answer } of plan.answers ?? []) count(counts, `assumption: ${id} = ${answer}`);
  count(counts, 'releases: image does not work', plan.deployments.filter(isBroken).length);
  count(counts, 'releases: begin while a broken one is rolled out', countOverBroken(plan));
  if (plan.tasks === undefined) return;
  count(counts, `pre-deploy task: ${plan.tasks.migrate}`);
  count(counts, `post-deploy task: ${plan.tasks.smoke}`);
}

type Release = ChaosPlan['deployments'][number];

const isBroken = ({ image }: Release): boolean => image !== 'healthy' && image !== 'slow';

const secondsPerMinute = 60;

/** How many releases begin after a broken release of the same service has begun, and before its deadline. */
const countOverBroken = ({ deployments }: ChaosPlan): number =>
  deployments.filter((one) =>
    deployments.some(
      (broken) =>
        broken !== one &&
        isBroken(broken) &&
        broken.service === one.service &&
        one.after >= broken.after &&
        one.after < broken.after + broken.timeoutMinutes * secondsPerMinute,
    ),
  ).length;
