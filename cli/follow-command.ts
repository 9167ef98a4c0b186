import { findExecution, readStepsAfter } from '../aws/sfn-executions.ts';
import { parseCommandData, summarizeCommandEnd } from './command-end.ts';
import { type CommandLog, createCommandLog, readNewLines } from './command-log.ts';
import { type ExitCode, pause } from './context.ts';
import type { WatchEvent } from './watch-event.ts';
import { currentTimestamp, recordTimes, type Watcher } from './watcher.ts';

/** The state that only the watcher of a command has, in addition to the state of every watcher. */
interface CommandWatch {
  /** The data of the last step, as JSON. */
  data?: string | undefined;
  log?: CommandLog | undefined;
}

/** The number of reads of the log after the end, and the pause before each read, in ms. The log driver sends the last lines a little later. */
const lastReads = { count: 3, pauseMs: 2000 };

/**
 * Returns a function for one poll: it records the new steps of a command's execution and the new lines of its log. It returns the exit code if the command has
 * ended.
 */
export function createCommandPoll(): (watcher: Watcher) => Promise<ExitCode | 'running'> {
  const watch: CommandWatch = {};
  return async (watcher) => {
    await recordSteps(watcher, watch);
    await recordLog(watcher, watch);
    return watcher.ended ? recordEnd(watcher, watch) : 'running';
  };
}

async function recordSteps(watcher: Watcher, watch: CommandWatch): Promise<void> {
  const asked = watcher.context.now();
  const steps = await readStepsAfter(watcher.execution, watcher.lastStep);
  recordTimes(watcher, steps, asked);
  for (const { id, at, type, data, state } of steps) {
    watcher.lastStep = id;
    watcher.ended ||= /^Execution(Succeeded|Failed|TimedOut|Aborted)$/.test(type);
    watcher.latestTime = Math.max(watcher.latestTime, at.getTime());
    watch.data = data ?? watch.data;
    const entered: NewEvent[] = type === 'TaskStateEntered' && state ? [{ type: 'state', name: state }] : [];
    for (const event of [...entered, ...listNotes(watch.data)]) recordOnce(watcher, at.toISOString(), event);
  }
}

type NewEvent = { type: 'state'; name: string } | { type: 'warning' | 'note'; message: string };

/** The revision, what the person should know about it, and the task. */
function listNotes(data: string | undefined): NewEvent[] {
  const { revision, warnings, task } = parseCommandData(data);
  const notes = [revision && `The command runs on ${revision}.`, task && `Task ${task}`];
  return [
    ...warnings.map((message): NewEvent => ({ type: 'warning', message })),
    ...notes.flatMap((message): NewEvent[] => (message ? [{ type: 'note', message }] : [])),
  ];
}

function recordOnce({ recorded, unprinted }: Watcher, at: string, event: NewEvent): void {
  const key = JSON.stringify(event);
  if (recorded.has(key)) return;
  recorded.add(key);
  unprinted.push({ at, ...event });
}

/** Reads the log as soon as the task is known. */
async function recordLog(watcher: Watcher, watch: CommandWatch): Promise<void> {
  const { source } = parseCommandData(watch.data);
  if (source === undefined) return;
  watch.log ??= createCommandLog(source);
  const { events, problem } = await readNewLines(watch.log, watcher.context);
  watcher.unprinted.push(...events);
  if (problem !== undefined) recordOnce(watcher, currentTimestamp(watcher), { type: 'note', message: problem });
}

/** The end must be the last event, but log lines can have later times than the end of the execution. */
async function recordEnd(watcher: Watcher, watch: CommandWatch): Promise<ExitCode> {
  for (let read = 0; read < lastReads.count && watch.log?.isReadable; read += 1) {
    await pause(watcher.context, lastReads.pauseMs);
    await recordLog(watcher, watch);
  }
  const { end, tail } = summarizeCommandEnd((await findExecution(watcher.execution)) ?? {}, watch.data);
  const times = watcher.unprinted.map((event) => Date.parse(event.at));
  const at = new Date(Math.max(watcher.latestTime, ...times)).toISOString();
  const lines = watch.log?.hasLines ? [] : (tail?.lines ?? []);
  const container = tail?.container ?? '';
  watcher.unprinted.push(...lines.map((message): WatchEvent => ({ at, type: 'log', container, message })), {
    at,
    type: 'ended',
    execution: watcher.execution,
    ...end,
  });
  return end.exitCode;
}
