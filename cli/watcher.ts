import type { ExecutionStep } from '../aws/sfn-executions.ts';
import { viewerRoleName } from '../core/config/resource-names.ts';
import { Failure } from '../core/errors/failure.ts';
import { type ClockDifference, narrowDifference, toAwsTime, unknownDifference } from './aws-clock.ts';
import type { CliContext } from './context.ts';
import { describeTargetService, tasksByDeployment } from './service.ts';
import type { WatchClock, WatchEvent } from './watch-event.ts';
import { parseWatchedData, type WatchedData } from './watched-data.ts';
import { listNotes, toWatchEvent } from './watched-notes.ts';

/** The state of following one execution: what was read, and what was printed. */
export interface Watcher {
  execution: string;
  /** Events of the current poll that are not printed yet. */
  unprinted: WatchEvent[];
  context: CliContext;
  /** The number of the last step that was read. */
  lastStep: number;
  /** The result of an execution that has ended. It is kept, because later calls can fail and the next poll repeats them. */
  ended: boolean;
  /** Keys of what was recorded already, so that nothing is printed twice. */
  recorded: Set<string>;
  data: WatchedData;
  /** The latest time that AWS reported, in ms since 1970. AWS's clock can be ahead of the local one. */
  latestTime: number;
  /** How far AWS's clock can be ahead of the local one. */
  difference: ClockDifference;
  /** When the newest answer was asked for, and when it came, by the local clock (ms since 1970). */
  asked?: number | undefined;
  answered: number;
  /** The tasks that were recorded last, as JSON. */
  tasks: string;
  /** False once the user was denied access to the service in the target account. */
  canReadTasks: boolean;
}

export const createWatcher = (execution: string, context: CliContext): Watcher => ({
  execution,
  unprinted: [],
  context,
  lastStep: 0,
  ended: false,
  recorded: new Set(),
  data: {},
  latestTime: 0,
  difference: unknownDifference,
  answered: context.now().getTime(),
  tasks: '',
  canReadTasks: true,
});

/** The time by AWS's clock. */
const currentTime = ({ context, latestTime, difference }: Watcher): Date =>
  new Date(Math.max(toAwsTime(context.now().getTime(), difference), latestTime));

/** Returns the time by AWS's clock, and since when AWS has not answered. */
export const readWatchClock = (watcher: Watcher): WatchClock => ({
  now: currentTime(watcher).getTime(),
  silentMs: watcher.context.now().getTime() - watcher.answered,
});

/** Records what an answer shows about AWS's clock: its new steps happened after the answer before was asked for. */
export function recordTimes(watcher: Watcher, steps: ExecutionStep[], asked: Date): void {
  const answered = watcher.context.now().getTime();
  for (const { at } of steps)
    watcher.difference = narrowDifference(watcher.difference, { at: at.getTime(), notBefore: watcher.asked, answered });
  Object.assign(watcher, { asked: asked.getTime(), answered });
}

/** The time of an event that has no time from AWS. */
export const currentTimestamp = (watcher: Watcher): string => currentTime(watcher).toISOString();

const recordOnce = ({ recorded }: Watcher, key: string, record: () => unknown): void => {
  if (recorded.has(key)) return;
  recorded.add(key);
  record();
};

/** Records what is new in a step: a task state that was entered, and notes about the data of the states before it. */
export function recordStep(watcher: Watcher, { id, at, state, data, type }: ExecutionStep): void {
  const { unprinted } = watcher;
  watcher.lastStep = id;
  watcher.ended ||= /^Execution(Succeeded|Failed|TimedOut|Aborted)$/.test(type);
  watcher.latestTime = Math.max(watcher.latestTime, at.getTime());
  if (data !== undefined) watcher.data = parseWatchedData(data);
  for (const note of listNotes(watcher.data))
    recordOnce(watcher, JSON.stringify(note), () => unprinted.push(toWatchEvent(note, at.toISOString())));
  // Shows only task states. A Choice takes no time, and the notes already say why a Wait state waits.
  if (type === 'TaskStateEntered' && state !== undefined)
    recordOnce(watcher, `state ${state}`, () => unprinted.push({ at: at.toISOString(), type: 'state', name: state }));
}

/** Records the tasks if they have changed, and ECS's service events since the rollout began. Records once that the user is not allowed to read them. */
export async function recordTasks(watcher: Watcher): Promise<void> {
  const { release, rollout } = watcher.data;
  if (!watcher.canReadTasks || release === undefined) return;
  const service = await describeTargetService(release.target, currentTime(watcher)).catch((error: unknown) => {
    if (!(error instanceof Failure) || error.name !== 'PermissionError') throw error;
    watcher.canReadTasks = false;
    watcher.unprinted.push({
      at: currentTimestamp(watcher),
      type: 'note',
      message: describeMissingPermission(viewerRoleName(release.target.roleArn)),
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
  watcher.unprinted.push({ at: currentTimestamp(watcher), type: 'tasks', deployments });
}

function recordServiceEvent(watcher: Watcher, { at, message }: { at: Date; message: string }): void {
  watcher.latestTime = Math.max(watcher.latestTime, at.getTime());
  recordOnce(watcher, `${at.getTime()} ${message}`, () =>
    watcher.unprinted.push({ at: at.toISOString(), type: 'event', message }),
  );
}

const describeMissingPermission = (role: string): string =>
  `Your credentials cannot read the tasks: that needs sts:AssumeRole on ${role}, and the target's viewers in gantry.config.ts must name you. Everything else is shown.`;
