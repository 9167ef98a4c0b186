import { taskCommands } from './config.ts';
import { checkEach } from './counts.ts';
import { callingExecution, functionOf, isOf, listReleaseUpdates, mayFaultsPrevent } from './effects.ts';
import type { PlanRun } from './plan-run.ts';
import type { RecordedCall } from './setup.ts';
import { serviceOf } from './unseen.ts';

const listRuns = ({ effects }: PlanRun): RecordedCall[] => effects.filter((effect) => isOf(effect, 'RunTask'));

/** Returns the ARN of each task that a call of RunTask started or found. */
const tasksOf = ({ answer }: RecordedCall): string[] =>
  ((answer as { tasks?: { taskArn: string }[] }).tasks ?? []).map(({ taskArn }) => taskArn);

const commandOf = ({ input }: RecordedCall): string =>
  input.overrides?.containerOverrides?.[0]?.command?.join(' ') ?? '';

/** A task runs at most once in an execution, whatever Gantry writes into `startedBy`. */
export function tasksRunOnce(run: PlanRun): string[] {
  const groups = Map.groupBy(listRuns(run), (effect) => `${commandOf(effect)} of ${callingExecution(effect)}`);
  return checkEach(run, 'tasks that run once', [...groups], ([name, calls]) => {
    const tasks = new Set(calls.flatMap(tasksOf));
    return tasks.size > 1 ? `${name} ran ${tasks.size} times` : undefined;
  });
}

/** Only Run Task starts tasks. An execution of the rollback machine starts no task, and neither does an execution that has begun to roll back. */
export function noTaskInRollback(run: PlanRun): string[] {
  const { effects, stage } = run;
  return checkEach(run, 'tasks outside of a rollback', listRuns(run), (effect) => {
    const execution = callingExecution(effect);
    if (functionOf(effect) !== 'run-task') return `${functionOf(effect)} ran a task`;
    if (execution?.includes(`:${stage.system.rollbackMachine.name}:`)) return `the rollback ${execution} ran a task`;
    const back = effects.find((each) => functionOf(each) === 'roll-back' && callingExecution(each) === execution)?.at;
    return back !== undefined && effect.at > back
      ? `${execution} ran a task after it had begun to roll back`
      : undefined;
  });
}

/** Whether the migration of a revision can succeed. The images of a run define how the migration ends. In any other image, every command succeeds. */
function canMigrate({ plan, definitions, images }: PlanRun, revision: string): boolean {
  const image = definitions.get(revision)?.containerDefinitions.find(({ name }) => name === 'app')?.image;
  const isOwn = Object.values(images).some(({ pinned }) => pinned === image);
  return !isOwn || plan.tasks?.migrate === 'succeed' || plan.tasks?.migrate === 'run long';
}

/**
 * A release updates its service only after its migration, and only if the migration can succeed. A release of the revision that the service already runs has no
 * migration.
 */
export function migrationsComeFirst(run: PlanRun): string[] {
  if (run.plan.tasks === undefined) return [];
  const changing = listReleaseUpdates(run).filter(
    ({ input, before }) => input.taskDefinition !== before?.taskDefinition,
  );
  return checkEach(run, 'updates after a migration', changing, (update) => {
    if (!canMigrate(run, update.input.taskDefinition)) return 'a service was updated although its migration failed';
    const ran = listRuns(run).some(
      (each) =>
        each.at < update.at &&
        callingExecution(each) === callingExecution(update) &&
        commandOf(each) === taskCommands.migrate,
    );
    return ran ? undefined : `${callingExecution(update)} updated its service before its migration`;
  });
}

/**
 * From the start of a migration until the update of its release, no other release and no rollback changes the service. Without the table there is no lease, so
 * nothing is checked.
 */
export function migrationsHaveLease(run: PlanRun): string[] {
  if (run.plan.tasks === undefined || mayFaultsPrevent(run, /dynamodb/)) return [];
  const changes = run.effects.filter(
    ({ operation, by }) => by !== undefined && ['UpdateService', 'StopServiceDeployment'].includes(operation),
  );
  return checkEach(run, 'leases during a migration', listReleaseUpdates(run), (update) => {
    const execution = callingExecution(update);
    const began = listRuns(run).find((each) => callingExecution(each) === execution)?.at ?? update.at;
    const between = changes.find(
      (each) =>
        serviceOf(each) === serviceOf(update) &&
        callingExecution(each) !== execution &&
        each.at > began &&
        each.at < update.at,
    );
    return between && `${callingExecution(between)} changed the service during the migration of ${execution}`;
  });
}

/**
 * No migration still runs at the end of the run: each has ended by itself, or Gantry has stopped it after its time limit or after the death of its execution.
 */
export async function migrationsEnd(run: PlanRun): Promise<string[]> {
  if (run.hung !== undefined || mayFaultsPrevent(run, /ecs|dynamodb|sts|report-dead|ABORTED|aws.states/)) return [];
  const runs = listRuns(run).filter((effect) => commandOf(effect) === taskCommands.migrate);
  const tasks = runs.flatMap((effect) => tasksOf(effect).map((arn) => ({ arn, effect })));
  const running = await Promise.all(
    tasks.map(async ({ arn, effect }) => {
      const asked = { cluster: effect.input.cluster, tasks: [arn] };
      const found = await run.stage.admin(effect.account)('ecs', 'DescribeTasks', asked);
      return (found as { tasks: { lastStatus: string }[] }).tasks.filter(({ lastStatus }) => lastStatus !== 'STOPPED');
    }),
  );
  return checkEach(run, 'migrations that end', running, (left) =>
    left.length > 0 ? 'a migration still runs after the end of everything' : undefined,
  );
}
