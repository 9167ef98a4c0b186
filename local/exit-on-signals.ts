import { constants } from 'node:os';

/** What a terminal sends for Ctrl-C, what `kill` sends, and what a terminal sends when it is closed. */
const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A shell reports a process that a signal ended as 128 + the number of the signal. */
const shellExitCode = (signalNumber: number): number => 128 + signalNumber;

/** Ends the process by `process.exit` on each of these signals. Without it, a signal ends the process without its exit listeners, which remove temporary folders. */
export function exitOnSignals(chooseExitCode = shellExitCode): void {
  for (const signal of endingSignals)
    process.once(signal, () => process.exit(chooseExitCode(constants.signals[signal])));
}
