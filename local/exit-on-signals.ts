import { constants } from 'node:os';

/** The signals of a terminal for Ctrl-C, of `kill`, and of a terminal that is closed. */
const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A shell reports a process that a signal ended as 128 + the number of the signal. */
const shellExitCode = (signalNumber: number): number => 128 + signalNumber;

/**
 * Ends the process by `process.exit` on each of these signals. Without this, a signal ends the process before its exit listeners run, and these remove
 * temporary folders.
 */
export function exitOnSignals(chooseExitCode = shellExitCode): void {
  for (const signal of endingSignals)
    process.once(signal, () => process.exit(chooseExitCode(constants.signals[signal])));
}
