import { findExecution, stepsSince } from '../aws/sfn-executions.ts';
import { Failure } from '../core/errors/failure.ts';
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
  const watcher = watcherOf(execution, world);
  let failures = 0;
  while (!world.interrupted.aborted) {
    const looked = await look(watcher)
      .catch((error: unknown) => unlessPassing(error, failures))
      .finally(() => tellInOrder(watcher, tell));
    if (typeof looked === 'number') return looked;
    failures = looked === 'failed' ? failures + 1 : 0;
    await pause(world, between);
  }
  stop(watcher);
  tellInOrder(watcher, tell);
  return exitCodes.stopped;
}

/** Steps of the machine and events of the service are asked for one after the other, but happened side by side. */
function tellInOrder({ fresh }: Watcher, tell: Tell): void {
  const found = fresh.splice(0);
  for (const happening of found.sort((a, b) => a.at.localeCompare(b.at))) tell(happening);
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
  // Of an execution that was over before we came, the tasks that run now would tell nothing.
  if (!(watcher.over && first)) await takeTasks(watcher);
  if (!watcher.over) return 'going on';
  const end = endOf((await findExecution(watcher.execution)) ?? {});
  // The last to be told: what was seen just now has our own time, which may be later than AWS's.
  const at = new Date(Math.max(watcher.latest, ...watcher.fresh.map((one) => Date.parse(one.at)))).toISOString();
  watcher.fresh.push({ at, type: 'ended', execution: watcher.execution, ...end });
  return end.exitCode;
}

function stop(watcher: Watcher): void {
  const { execution } = watcher;
  const message = `Stopped watching. The deployment goes on; to watch it again: gantry watch ${execution}`;
  watcher.fresh.push({ at: timeOf(watcher), type: 'stopped', execution, message, exitCode: exitCodes.stopped });
}
