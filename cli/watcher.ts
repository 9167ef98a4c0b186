import type { ExecutionStep } from '../aws/sfn-executions.ts';
import { type ClockDifference, narrowDifference, toAwsTime, unknownDifference } from './aws-clock.ts';
import type { CliContext } from './context.ts';
import type { WatchClock, WatchEvent, WatchEventBody } from './watch-event.ts';
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
  /** True once the execution has ended. The value is kept because a later call of the same poll can fail, and the next poll repeats that call. */
  ended: boolean;
  /** Keys of what was recorded already, so that nothing is printed twice. */
  recorded: Set<string>;
  data: WatchedData;
  /** When the execution started, in ms since 1970, by AWS's clock. */
  startedAt: number;
  /** The latest time that AWS reported, in ms since 1970. AWS's clock can be ahead of the local one. */
  latestTime: number;
  /** How far AWS's clock can be ahead of the local one. */
  difference: ClockDifference;
  /** When the newest answer was requested, and when it arrived, by the local clock (ms since 1970). */
  asked?: number | undefined;
  answered: number;
  /** The states that were recorded last, as JSON, by the type of the event. */
  last: Map<string, string>;
}

export const createWatcher = (execution: string, context: CliContext): Watcher => ({
  execution,
  unprinted: [],
  context,
  lastStep: 0,
  ended: false,
  recorded: new Set(),
  data: {},
  startedAt: 0,
  latestTime: 0,
  difference: unknownDifference,
  answered: context.now().getTime(),
  last: new Map(),
});

/** The time by AWS's clock. */
export const currentTime = ({ context, latestTime, difference }: Watcher): Date =>
  new Date(Math.max(toAwsTime(context.now().getTime(), difference), latestTime));

/** Returns the time by AWS's clock, and since when AWS has not answered. */
export const readWatchClock = (watcher: Watcher): WatchClock => ({
  now: currentTime(watcher).getTime(),
  silentMs: watcher.context.now().getTime() - watcher.answered,
});

/** Records a time that AWS reported: that time is in the past of AWS's clock. */
export function recordTime(watcher: Watcher, at: Date): void {
  const answered = watcher.context.now().getTime();
  watcher.latestTime = Math.max(watcher.latestTime, at.getTime());
  watcher.difference = narrowDifference(watcher.difference, { at: at.getTime(), answered });
}

/** Records what an answer shows about AWS's clock: the new steps in the answer happened after the previous answer was requested. */
export function recordTimes(watcher: Watcher, steps: ExecutionStep[], asked: Date): void {
  const answered = watcher.context.now().getTime();
  for (const { at } of steps)
    watcher.difference = narrowDifference(watcher.difference, { at: at.getTime(), notBefore: watcher.asked, answered });
  Object.assign(watcher, { asked: asked.getTime(), answered });
}

/** The time of an event that has no time from AWS. */
export const currentTimestamp = (watcher: Watcher): string => currentTime(watcher).toISOString();

/** Records something unless it was recorded before under this key. */
export const recordOnce = ({ recorded }: Watcher, key: string, record: () => unknown): void => {
  if (recorded.has(key)) return;
  recorded.add(key);
  record();
};

/** Records the new parts of a step: the task state that the execution entered, and notes about the data of the states before it. */
export function recordStep(watcher: Watcher, { id, at, state, data, type }: ExecutionStep): void {
  const { unprinted } = watcher;
  if (watcher.lastStep === 0) watcher.startedAt = at.getTime();
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

/** Records an event that describes a state of the display, if this state differs from the last one of this type. */
export function recordIfChanged(
  watcher: Watcher,
  event: Extract<WatchEventBody, { type: 'tasks' | 'progress' }>,
  at = currentTimestamp(watcher),
): void {
  const text = JSON.stringify(event);
  if (watcher.last.get(event.type) === text) return;
  watcher.last.set(event.type, text);
  watcher.unprinted.push({ at, ...event });
}
