import { findExecution, stepsSince } from '../aws/sfn-executions.ts';
import { Failure } from '../core/failure.ts';
import { endOf } from './end.ts';
import type { Tell } from './happening.ts';
import { take, takeTasks, timeOf, type Watcher, watcherOf } from './watcher.ts';
import { type ExitCode, exitCodes, pause, type World } from './world.ts';

/** Between two looks, in milliseconds: well inside the rates of GetExecutionHistory (5 a second) and DescribeServices (20 a second). */
const between = 2000;

/** So many looks in a row may fail before the watcher gives up. */
const patience = 10;

/** Follows an execution to its end, or until Ctrl-C, and answers the exit code. Throws where AWS does not answer any more, or refuses. */
export async function follow(execution: string, world: World, tell: Tell): Promise<ExitCode> {
  const watcher = watcherOf(execution, world, tell);
  let failures = 0;
  while (!world.interrupted.aborted) {
    const looked = await look(watcher).catch((error: unknown) => unlessPassing(error, failures));
    if (typeof looked === 'number') return looked;
    failures = looked === 'failed' ? failures + 1 : 0;
    await pause(world, between);
  }
  return stop(watcher);
}

const unlessPassing = (error: unknown, failures: number): 'failed' => {
  if (!(error instanceof Failure) || error.name !== 'SystemUnavailable' || failures >= patience) throw error;
  return 'failed';
};

/** One look: tells what is new, and answers the exit code where the execution is over. */
async function look(watcher: Watcher): Promise<ExitCode | 'going on'> {
  const first = watcher.last === 0;
  const steps = await stepsSince(watcher.execution, watcher.last);
  for (const step of steps) take(watcher, step);
  const over = steps.some(({ type }) => /^Execution(Succeeded|Failed|TimedOut|Aborted)$/.test(type));
  // Of an execution that was over before we came, the tasks that run now would tell nothing.
  if (!(over && first)) await takeTasks(watcher);
  if (!over) return 'going on';
  const end = endOf((await findExecution(watcher.execution)) ?? {});
  const at = new Date(watcher.latest).toISOString();
  watcher.tell({ at, type: 'ended', execution: watcher.execution, ...end });
  return end.exitCode;
}

function stop(watcher: Watcher): ExitCode {
  const { execution } = watcher;
  const message = `Stopped watching. The deployment goes on; to watch it again: gantry watch ${execution}`;
  const exitCode = exitCodes.stopped;
  watcher.tell({ at: timeOf(watcher), type: 'stopped', execution, message, exitCode });
  return exitCode;
}
