import type { PlanRun } from './plan-run.ts';
import type { RecordedCall } from './setup.ts';

const functionOf = ({ by }: RecordedCall): string => by?.name.replace(/^shop-production-/, '') ?? 'nobody';

/** Returns the ARN of each task that a call of RunTask started or found. */
const tasksOf = ({ answer }: RecordedCall): string[] =>
  ((answer as { tasks?: { taskArn: string }[] }).tasks ?? []).map(({ taskArn }) => taskArn);

/** A task runs at most once in an execution: `startedBy` names the execution and the task. */
export function tasksRunOnce({ effects }: PlanRun): string[] {
  const runs = effects.filter(({ operation }) => operation === 'RunTask');
  const groups = Map.groupBy(runs, ({ input }) => String(input.startedBy));
  return [...groups].flatMap(([startedBy, calls]) => {
    const tasks = new Set(calls.flatMap(tasksOf));
    return tasks.size > 1 ? [`${startedBy} ran ${tasks.size} times`] : [];
  });
}

/** Only Run Task starts tasks, and never in an execution that has begun to roll back. */
export function noTaskInRollback({ effects, executions }: PlanRun): string[] {
  const runs = effects.filter(({ operation }) => operation === 'RunTask');
  const strangers = runs
    .filter((effect) => functionOf(effect) !== 'run-task')
    .map((one) => `${functionOf(one)} ran a task`);
  const late = [...executions.values()].flat().flatMap((arn) => {
    const own = effects.filter(({ by }) => by?.payload.includes(arn));
    const back = own.find((effect) => functionOf(effect) === 'roll-back')?.at;
    const after = own.filter(({ operation, at }) => operation === 'RunTask' && back !== undefined && at > back);
    return after.map(() => `${arn} ran a task after it had begun to roll back`);
  });
  return [...strangers, ...late];
}

/** If the migration cannot succeed, no release updates its service. */
export const failedMigrationsStop = ({ plan, effects }: PlanRun): string[] =>
  plan.tasks === 'fail' || plan.tasks === 'hang'
    ? effects
        .filter((effect) => effect.operation === 'UpdateService' && functionOf(effect) === 'update-service')
        .map(() => 'a service was updated although its migration failed')
    : [];
