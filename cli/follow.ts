import { findExecution, readStepsAfter } from '../aws/sfn-executions.ts';
import { isCommandExecution } from '../core/config/resource-names.ts';
import { Failure } from '../core/errors/failure.ts';
import { type CliContext, type ExitCode, exitCodes, pause } from './context.ts';
import { summarizeEnd } from './execution-end.ts';
import { waitUnlessInterrupted } from './interruption.ts';
import { withLiveClock } from './live-clock.ts';
import { recordPastProgress, recordService, type SeenService } from './record-service.ts';
import { formatStopMessage } from './stop-message.ts';
import type { EventPrinter } from './watch-event.ts';
import { createWatcher, currentTimestamp, readWatchClock, recordStep, recordTimes, type Watcher } from './watcher.ts';

/** The time between two polls, in milliseconds. The calls stay well below the rates of GetExecutionHistory (5 a second) and DescribeServices (20 a second). */
const pollIntervalMs = 2000;

/** The watcher gives up after more than this number of failed polls in a row. */
const maxPollFailures = 10;

/** Follows an execution to its end, or until Ctrl-C, and returns the exit code. Throws if AWS stops answering or denies access. */
export async function followExecution(execution: string, context: CliContext, print: EventPrinter): Promise<ExitCode> {
  const watcher = createWatcher(execution, context);
  const poll = await choosePoll(watcher);
  return withLiveClock(context, print, {
    read: () => readWatchClock(watcher),
    work: () => pollUntilEnd(watcher, poll, print),
  });
}

type Poll = (watcher: Watcher) => Promise<ExitCode | 'running'>;

/** Loads the module for commands only if the execution runs a command, because that module also loads the code that reads logs. */
async function choosePoll({ execution }: Watcher): Promise<Poll> {
  if (!isCommandExecution(execution)) return createReleasePoll();
  const { createCommandPoll } = await import('./follow-command.ts');
  return createCommandPoll();
}

async function pollUntilEnd(watcher: Watcher, poll: Poll, print: EventPrinter): Promise<ExitCode> {
  const { context } = watcher;
  let failures = 0;
  while (!context.interrupted.aborted) {
    const result = await waitUnlessInterrupted(poll(watcher), context.interrupted)
      .catch((error: unknown) => tolerateUnavailable(error, failures))
      .finally(() => printInOrder(watcher, print));
    if (typeof result === 'number') return result;
    failures = result === 'failed' ? failures + 1 : 0;
    await pause(context, pollIntervalMs);
  }
  stopWatching(watcher);
  printInOrder(watcher, print);
  return exitCodes.stopped;
}

/** Sorts by time, because a poll reads the steps of the execution first and the events of the service after them. */
function printInOrder({ unprinted }: Watcher, print: EventPrinter): void {
  for (const event of unprinted.splice(0).sort((a, b) => a.at.localeCompare(b.at))) print(event);
}

/**
 * Returns `failed` if AWS was not available, so that the caller polls again. Rethrows any other error. After too many failures in a row, also rethrows the
 * error that AWS is not available.
 */
export const tolerateUnavailable = (error: unknown, failures: number): 'failed' => {
  if (!(error instanceof Failure) || error.name !== 'SystemUnavailable' || failures >= maxPollFailures) throw error;
  return 'failed';
};

function createReleasePoll(): Poll {
  const seen: SeenService = { canRead: true, knownTasks: new Set(), stoppedTasks: [] };
  return (watcher) => pollExecution(watcher, seen);
}

/** Polls once and records what is new. Returns the exit code if the execution has ended. */
async function pollExecution(watcher: Watcher, seen: SeenService): Promise<ExitCode | 'running'> {
  const isFirst = watcher.lastStep === 0;
  const asked = watcher.context.now();
  const steps = await readStepsAfter(watcher.execution, watcher.lastStep);
  recordTimes(watcher, steps, asked);
  for (const step of steps) {
    recordStep(watcher, step);
    if (isFirst) recordPastProgress(watcher, step.at);
  }
  // If the execution ended before the first poll, the tasks that run now do not belong to the execution.
  if (!(watcher.ended && isFirst)) await recordService(watcher, seen);
  if (!watcher.ended) return 'running';
  const end = summarizeEnd((await findExecution(watcher.execution)) ?? {});
  // The end must be the last printed event. Events that this poll observed have the local time, which can be later than AWS's.
  const times = watcher.unprinted.map((event) => Date.parse(event.at));
  const at = new Date(Math.max(watcher.latestTime, ...times)).toISOString();
  watcher.unprinted.push({ at, type: 'ended', execution: watcher.execution, ...end });
  return end.exitCode;
}

function stopWatching(watcher: Watcher): void {
  const { execution } = watcher;
  const message = formatStopMessage(execution);
  watcher.unprinted.push({
    at: currentTimestamp(watcher),
    type: 'stopped',
    execution,
    message,
    exitCode: exitCodes.stopped,
  });
}
