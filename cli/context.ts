import type { Config } from '../core/config/check.ts';

/** How a command ends (docs/cli.md). `stopped`: 128 + SIGINT's 2, as shells have it; `bug`: sysexits' EX_SOFTWARE. */
export const exitCodes = {
  done: 0,
  failed: 1,
  mistake: 2,
  superseded: 3,
  unavailable: 4,
  bug: 70,
  stopped: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** All that a command has of the world besides AWS. Time is an argument: `sleep` takes milliseconds. */
export interface CliContext {
  config: Config;
  now(): Date;
  sleep(ms: number): Promise<void>;
  uuid(): string;
  /** Ctrl-C was pressed. */
  interrupted: AbortSignal;
  /** Writes to the standard output, exactly this. */
  out(text: string): void;
  /** Writes to the standard error, exactly this. */
  err(text: string): void;
  /** The columns of the terminal that the output goes to; undefined where it goes to a file or a pipe. */
  columns?: number | undefined;
}

/** Waits so many milliseconds, or until Ctrl-C. */
export const pause = ({ sleep, interrupted }: CliContext, ms: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const over = () => resolve();
    if (interrupted.aborted) return resolve();
    interrupted.addEventListener('abort', over, { once: true });
    sleep(ms)
      .finally(() => interrupted.removeEventListener('abort', over))
      .then(resolve, reject);
  });
