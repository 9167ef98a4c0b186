import { findExecution, readStepsSince } from '../aws/sfn-executions.ts';
import { Failure } from '../core/errors/failure.ts';
import { type CliContext, type ExitCode, exitCodes, pause } from './context.ts';
import { summarizeEnd } from './execution-end.ts';
import type { EventPrinter } from './watch-event.ts';
import { createWatcher, currentTimestamp, recordStep, recordTasks, type Watcher } from './watcher.ts';

/** Between two looks, in milliseconds: well inside the rates of GetExecutionHistory (5 a second) and DescribeServices (20 a second). */
const pollIntervalMs = 2000;

/** So many looks in a row may fail before the watcher gives up. */
const maxPollFailures = 10;

/** Follows an execution to its end, or until Ctrl-C, and answers the exit code. Throws where AWS does not answer any more, or refuses. */
export async function followExecution(execution: string, world: CliContext, tell: EventPrinter): Promise<ExitCode> {
  const watcher = createWatcher(execution, world);
  let failures = 0;
  while (!world.interrupted.aborted) {
    const looked = await pollExecution(watcher)
      .catch((error: unknown) => tolerateUnavailable(error, failures))
      .finally(() => printInOrder(watcher, tell));
    if (typeof looked === 'number') return looked;
    failures = looked === 'failed' ? failures + 1 : 0;
    await pause(world, pollIntervalMs);
  }
  stopWatching(watcher);
  printInOrder(watcher, tell);
  return exitCodes.stopped;
}

/** Steps of the machine and events of the service are asked for one after the other, but happened side by side. */
function printInOrder({ fresh }: Watcher, tell: EventPrinter): void {
  const found = fresh.splice(0);
  for (const happening of found.sort((a, b) => a.at.localeCompare(b.at))) tell(happening);
}

const tolerateUnavailable = (error: unknown, failures: number): 'failed' => {
  if (!(error instanceof Failure) || error.name !== 'SystemUnavailable' || failures >= maxPollFailures) throw error;
  return 'failed';
};

/** One look: tells what is new, and answers the exit code where the execution is over. */
async function pollExecution(watcher: Watcher): Promise<ExitCode | 'going on'> {
  const first = watcher.last === 0;
  const steps = await readStepsSince(watcher.execution, watcher.last);
  for (const step of steps) recordStep(watcher, step);
  // Of an execution that was over before we came, the tasks that run now would tell nothing.
  if (!(watcher.over && first)) await recordTasks(watcher);
  if (!watcher.over) return 'going on';
  const end = summarizeEnd((await findExecution(watcher.execution)) ?? {});
  // The last to be told: what was seen just now has our own time, which may be later than AWS's.
  const at = new Date(Math.max(watcher.latest, ...watcher.fresh.map((one) => Date.parse(one.at)))).toISOString();
  watcher.fresh.push({ at, type: 'ended', execution: watcher.execution, ...end });
  return end.exitCode;
}

function stopWatching(watcher: Watcher): void {
  const { execution } = watcher;
  const message = `Stopped watching. The deployment goes on; to watch it again: gantry watch ${execution}`;
  watcher.fresh.push({
    at: currentTimestamp(watcher),
    type: 'stopped',
    execution,
    message,
    exitCode: exitCodes.stopped,
  });
}
