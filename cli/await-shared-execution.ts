import { findExecution } from '../aws/sfn-executions.ts';
import { isCommandExecution } from '../core/config/resource-names.ts';
import { summarizeCommandEnd } from './command-end.ts';
import { type CliContext, type ExitCode, exitCodes, pause } from './context.ts';
import { type ExecutionEnd, summarizeEnd } from './execution-end.ts';
import { tolerateUnavailable } from './follow.ts';
import { waitUnlessInterrupted } from './interruption.ts';
import { withLiveClock } from './live-clock.ts';
import { formatStopMessage } from './stop-message.ts';
import type { EventPrinter } from './watch-event.ts';

/** The ARNs of an entry machine's execution, and of the shared execution that it starts. */
interface StartedExecutions {
  entry: string;
  execution: string;
}

const pollIntervalMs = 1000;

/**
 * Waits until an entry machine's execution has started the shared execution, which takes about a second. Returns undefined once the shared execution exists.
 * Returns the exit code if the entry machine's execution ended without starting it, or if the user pressed Ctrl-C.
 */
export function awaitSharedExecution(
  started: StartedExecutions,
  context: CliContext,
  print: EventPrinter,
): Promise<ExitCode | undefined> {
  let answered = context.now().getTime();
  const read = () => ({ now: context.now().getTime(), silentMs: context.now().getTime() - answered });
  const onAnswer = () => {
    answered = context.now().getTime();
  };
  return withLiveClock(context, print, { read, work: () => pollUntilStarted(started, context, { print, onAnswer }) });
}

async function pollUntilStarted(
  started: StartedExecutions,
  context: CliContext,
  { print, onAnswer }: { print: EventPrinter; onAnswer(): void },
): Promise<ExitCode | undefined> {
  let failures = 0;
  while (!context.interrupted.aborted) {
    const found = await waitUnlessInterrupted(pollStart(started), context.interrupted).catch((error: unknown) =>
      tolerateUnavailable(error, failures),
    );
    if (found === 'started') return undefined;
    if (typeof found === 'object') return printEnd(found, started, context, print);
    if (found === 'starting') onAnswer();
    failures = found === 'failed' ? failures + 1 : 0;
    await pause(context, pollIntervalMs);
  }
  const { execution } = started;
  const message = formatStopMessage(execution);
  print({ at: context.now().toISOString(), type: 'stopped', execution, message, exitCode: exitCodes.stopped });
  return exitCodes.stopped;
}

/** Reads the entry machine's execution first, because an execution that has ended starts nothing more. */
async function pollStart({ entry, execution }: StartedExecutions): Promise<'started' | 'starting' | ExecutionEnd> {
  const own = await findExecution(entry);
  if ((await findExecution(execution)) !== undefined) return 'started';
  return own === undefined || own.status === 'RUNNING' ? 'starting' : own;
}

function printEnd(
  ended: ExecutionEnd,
  { entry: execution, execution: shared }: StartedExecutions,
  context: CliContext,
  print: EventPrinter,
): ExitCode {
  const end = isCommandExecution(shared) ? summarizeCommandEnd(ended, undefined).end : summarizeEnd(ended);
  print({ at: context.now().toISOString(), type: 'ended', execution, ...end });
  return end.exitCode;
}
