import { Failure } from '../core/errors/failure.ts';
import type { Target } from '../core/model/release.ts';
import {
  formatScheduleSource,
  type ScheduledTask,
  type ScheduleMoves,
  type ScheduleSource,
} from '../core/model/scheduled-task.ts';
import { parseRevisionName } from '../core/parsing/arn.ts';
import { decideScheduleMove, type ScheduleMoveDecision } from '../core/schedule/decide-move.ts';
import {
  findEcsTarget,
  listEcsTargets,
  replaceRuleRevision,
  replaceScheduleRevision,
} from '../core/schedule/raw-schedule.ts';
import {
  createScheduleClients,
  readRuleTargets,
  readSchedule,
  type ScheduleClients,
  writeRuleTarget,
  writeSchedule,
} from './schedules.ts';
import { assumeTargetRole } from './sts.ts';

/** The execution that moves schedules, the account, and whether the state is retried after a transient error. */
export interface ScheduleMoveContext {
  target: Target;
  execution: string;
  now: Date;
  isLastTry: boolean;
  /** The names of the roles of schedules that the configuration allows Gantry to pass. */
  passRoles: string[];
}

/** A scheduled task as it is now, and how to write it with another revision. */
interface FoundTask {
  current: string;
  write(taskDefinition: string): Promise<void>;
}

/** Reads a scheduled task immediately before it is written, so that no change of somebody else is lost. Undefined if the task no longer exists. */
async function findTask(clients: ScheduleClients, source: ScheduleSource, now: Date): Promise<FoundTask | undefined> {
  if (source.type === 'schedule') {
    const schedule = await readSchedule(clients, source);
    const current = schedule && findEcsTarget(schedule)?.taskDefinition;
    if (schedule === undefined || current === undefined) return undefined;
    return { current, write: (to) => writeSchedule(clients, source.name, replaceScheduleRevision(schedule, to), now) };
  }
  const targets = (await readRuleTargets(clients, source.name)) ?? [];
  const target = targets.find(({ Id }) => Id === source.target);
  const current = target && listEcsTargets([target])[0]?.taskDefinition;
  if (target === undefined || current === undefined) return undefined;
  return { current, write: (to) => writeRuleTarget(clients, source.name, replaceRuleRevision(target, to)) };
}

const movingSession = ({ execution, passRoles }: ScheduleMoveContext) => ({
  execution,
  access: 'move schedules' as const,
  passRoles,
});

/** Returns the clients of a session that can change schedules. */
export const createScheduleMoveClients = async (context: ScheduleMoveContext): Promise<ScheduleClients> =>
  createScheduleClients(context.target, await assumeTargetRole(context.target, movingSession(context), context.now));

/** The result for one scheduled task. */
type Outcome = Partial<ScheduleMoves>;

/** Moves one scheduled task according to `decide`, which gets the revision that the task runs now. An error becomes a warning, unless the state is retried. */
export async function moveScheduledTask(
  clients: ScheduleClients,
  { schedule, source }: Pick<ScheduledTask, 'schedule' | 'source'>,
  {
    decide,
    wanted,
    context,
  }: {
    decide: (current: string) => ScheduleMoveDecision & { to?: string };
    wanted: string;
    context: ScheduleMoveContext;
  },
): Promise<Outcome> {
  const name = formatScheduleSource(source);
  try {
    const found = await findTask(clients, source, context.now);
    if (found === undefined)
      return { warnings: [`Not moved: ${name} no longer exists, or no longer runs tasks of ECS.`] };
    const decision = decide(found.current);
    const { to = wanted } = decision;
    if (decision.do === 'leave') return { warnings: [decision.warning] };
    if (decision.do === 'move') await found.write(to);
    return decision.from === undefined ? {} : { moved: [{ schedule, source, from: decision.from, to }] };
  } catch (error) {
    const isTransient = error instanceof Failure && error.name === 'SystemUnavailable';
    if (isTransient && !context.isLastTry) throw error;
    const why = error instanceof Error ? error.message : String(error);
    return { warnings: [`Not moved: ${name} does not run ${parseRevisionName(wanted)}. ${why}`] };
  }
}

/** Combines the results for all scheduled tasks. If one try failed, throws its error after all other tries have ended. */
export async function collectScheduleMoves(tries: Promise<Outcome>[]): Promise<ScheduleMoves> {
  const settled = await Promise.allSettled(tries);
  const failed = settled.find((one) => one.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  const done = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  return {
    moved: done.flatMap(({ moved = [] }) => moved),
    warnings: done.flatMap(({ warnings = [] }) => warnings),
  };
}

/** Makes the scheduled tasks of a release run the wanted revision. */
export async function moveScheduledTasks(
  tasks: ScheduledTask[],
  wanted: string,
  context: ScheduleMoveContext,
): Promise<ScheduleMoves> {
  if (tasks.length === 0) return { moved: [], warnings: [] };
  const clients = await createScheduleMoveClients(context);
  const decideFor =
    ({ source, taskDefinition: observed }: ScheduledTask) =>
    (current: string) =>
      decideScheduleMove({ name: formatScheduleSource(source), current, observed, wanted });
  return collectScheduleMoves(
    tasks.map((task) => moveScheduledTask(clients, task, { decide: decideFor(task), wanted, context })),
  );
}
