import type { ExecutionStep } from '../aws/sfn-executions.ts';
import { Failure } from '../core/errors/failure.ts';
import type { CliContext } from './context.ts';
import { describeTargetService, tasksByDeployment } from './service.ts';
import type { WatchEvent } from './watch-event.ts';
import { listNotes, parseWatchedData, toWatchEvent, type WatchedData } from './watched-data.ts';

/** One watcher of one execution: what it has seen, and whom it tells. */
export interface Watcher {
  execution: string;
  /** What one look has found out, to be told in the order in which it came about. */
  fresh: WatchEvent[];
  world: CliContext;
  /** The number of the last step that was seen. */
  last: number;
  /** The execution has ended; remembered, for what is asked after that may fail and be asked again. */
  over: boolean;
  /** What was said already; nothing is said twice. */
  said: Set<string>;
  story: WatchedData;
  /** The newest time that AWS told, in ms since 1970: its clock may be ahead of ours. */
  latest: number;
  /** The tasks as they were last told. */
  tasks: string;
  /** The user may look at the service in the target account. */
  permitted: boolean;
}

export const createWatcher = (execution: string, world: CliContext): Watcher => ({
  execution,
  fresh: [],
  world,
  last: 0,
  over: false,
  said: new Set(),
  story: {},
  latest: 0,
  tasks: '',
  permitted: true,
});

const currentTime = ({ world, latest }: Watcher): Date => new Date(Math.max(world.now().getTime(), latest));

/** The time of what we see ourselves. */
export const currentTimestamp = (watcher: Watcher): string => currentTime(watcher).toISOString();

const reportOnce = ({ said }: Watcher, key: string, say: () => unknown): void => {
  if (said.has(key)) return;
  said.add(key);
  say();
};

/** Tells what is new by this step: a state that does something, and what the states before it found out. */
export function recordStep(watcher: Watcher, { id, at, state, data, type }: ExecutionStep): void {
  const { fresh } = watcher;
  watcher.last = id;
  watcher.over ||= /^Execution(Succeeded|Failed|TimedOut|Aborted)$/.test(type);
  watcher.latest = Math.max(watcher.latest, at.getTime());
  if (data !== undefined) watcher.story = parseWatchedData(data);
  for (const note of listNotes(watcher.story))
    reportOnce(watcher, JSON.stringify(note), () => fresh.push(toWatchEvent(note, at.toISOString())));
  // A choice takes no time, and how long to wait is what the state before it has decided.
  if (type === 'TaskStateEntered' && state !== undefined)
    reportOnce(watcher, `state ${state}`, () => fresh.push({ at: at.toISOString(), type: 'state', name: state }));
}

/** Tells the tasks where they have changed, and what ECS has said of the service since the rollout began. Who may not look is told so, once. */
export async function recordTasks(watcher: Watcher): Promise<void> {
  const { release, rollout } = watcher.story;
  if (!watcher.permitted || release === undefined) return;
  const service = await describeTargetService(release.target, currentTime(watcher)).catch((error: unknown) => {
    if (!(error instanceof Failure) || error.name !== 'PermissionError') throw error;
    watcher.permitted = false;
    watcher.fresh.push({
      at: currentTimestamp(watcher),
      type: 'note',
      message: describeMissingPermission(release.target.roleArn),
    });
  });
  if (service === undefined) return;
  const since = rollout === undefined ? Number.POSITIVE_INFINITY : Date.parse(rollout.startedAt);
  for (const event of service.events.filter(({ at }) => at.getTime() >= since).reverse())
    recordServiceEvent(watcher, event);
  const deployments = tasksByDeployment(service);
  const tasks = JSON.stringify(deployments);
  if (tasks === watcher.tasks) return;
  watcher.tasks = tasks;
  watcher.fresh.push({ at: currentTimestamp(watcher), type: 'tasks', deployments });
}

function recordServiceEvent(watcher: Watcher, { at, message }: { at: Date; message: string }): void {
  watcher.latest = Math.max(watcher.latest, at.getTime());
  reportOnce(watcher, `${at.getTime()} ${message}`, () =>
    watcher.fresh.push({ at: at.toISOString(), type: 'event', message }),
  );
}

const describeMissingPermission = (role: string): string =>
  `You may not look at the tasks: that takes sts:AssumeRole on ${role}. All else is shown.`;
