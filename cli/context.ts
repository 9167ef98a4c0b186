import type { Config } from '../core/config/check.ts';
import type { Terminal } from './terminal.ts';

/**
 * The exit codes (docs/cli.md). `stopped`: 128 + 2 for SIGINT, as in shells; `closed`: 128 + 13 for SIGPIPE; `bug`: EX_SOFTWARE of sysexits; `unknown`: the
 * container's code is unknown, as in `docker run`.
 */
export const exitCodes = {
  done: 0,
  failed: 1,
  mistake: 2,
  superseded: 3,
  unavailable: 4,
  bug: 70,
  unknown: 125,
  stopped: 130,
  closed: 141,
} as const;

/** One of the exit codes, or the exit code of the container of `gantry run`. */
export type ExitCode = number;

/** Everything outside the process that a command uses, except AWS. `sleep` takes milliseconds. */
export interface CliContext {
  config: Config;
  /** Rewrites a message for this user (message-wording.ts). */
  adaptMessage(message: string): string;
  now(): Date;
  sleep(ms: number): Promise<void>;
  uuid(): string;
  /** Aborted when the user presses Ctrl-C. */
  interrupted: AbortSignal;
  /** Writes the text unchanged to standard output. */
  out(text: string): void;
  /** Writes the text unchanged to standard error. */
  err(text: string): void;
  /** The terminal that shows the output; undefined if the output goes to a file, a pipe or the log of a CI. */
  terminal?: Terminal | undefined;
}

/** Waits this many milliseconds, or until Ctrl-C. */
export const pause = ({ sleep, interrupted }: CliContext, ms: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const stop = () => resolve();
    if (interrupted.aborted) return resolve();
    interrupted.addEventListener('abort', stop, { once: true });
    sleep(ms)
      .finally(() => interrupted.removeEventListener('abort', stop))
      .then(resolve, reject);
  });
