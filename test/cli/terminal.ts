import type { ExitCode } from '../../cli/context.ts';
import type { UnconfiguredContext } from '../../cli/run-verb.ts';
import type { TestSystem } from '../machine/system.ts';

export interface CommandResult {
  exitCode: ExitCode;
  out: string;
  err: string;
  /** With `--json`: the printed lines. */
  lines: Record<string, unknown>[];
}

/**
 * How to run a command. `columns`: on a terminal of this width. `interrupt`: presses Ctrl-C when the output contains this text. `ahead`: how far the user's
 * clock is ahead, in ms.
 */
export interface TerminalOptions {
  columns?: number;
  interrupt?: string;
  ahead?: number;
}

/** Sets the environment variables for the credentials of an account's administrator. */
export function setCredentials({ cloud, system, administrators }: TestSystem, account = system.account): void {
  const keys = administrators.get(account)!;
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: cloud.url,
    AWS_REGION: system.region,
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
  });
}

/** Returns a function that runs commands in this process, on the system's jumping clock. */
export async function createTerminal({ clock, config }: TestSystem) {
  const { main } = await import('../../cli/main.ts');
  let names = 0;
  return async (argv: string[], { columns, interrupt, ahead = 0 }: TerminalOptions = {}): Promise<CommandResult> => {
    const interruption = new AbortController();
    const ran = { out: '', err: '' };
    // The clock does not advance while the command works, but only while the command sleeps.
    let rest = () => {};
    const work = (): void => {
      void clock.freezeDuring(
        new Promise<void>((resolve) => {
          rest = resolve;
        }),
      );
    };
    const context: UnconfiguredContext = {
      program: 'gantry',
      loadConfig: () => ({ config, configFile: 'gantry.config.ts' }),
      now: () => new Date(clock.now() + ahead),
      sleep(ms) {
        rest();
        return new Promise((resolve) =>
          clock.after(ms, () => {
            work();
            resolve();
          }),
        );
      },
      uuid() {
        names += 1;
        return `00000000-0000-4000-8000-${String(names).padStart(12, '0')}`;
      },
      interrupted: interruption.signal,
      out(text) {
        ran.out += text;
        if (interrupt !== undefined && ran.out.includes(interrupt)) interruption.abort();
      },
      err(text) {
        ran.err += text;
      },
      terminal:
        columns === undefined
          ? undefined
          : { canRedraw: true, size: () => ({ columns, rows: 40 }), every: createTicker(clock) },
    };
    let hasEnded = false;
    work();
    const ending = main(argv, context).finally(() => {
      hasEnded = true;
      rest();
    });
    await clock.advanceUntil(() => hasEnded);
    return { exitCode: await ending, ...ran, lines: argv.includes('--json') ? jsonLines(ran.out) : [] };
  };
}

/** Calls a function again and again on the system's clock. */
const createTicker = (clock: TestSystem['clock']) => (ms: number, act: () => void) => {
  let isStopped = false;
  const tick = () =>
    clock.after(ms, () => {
      if (isStopped) return;
      act();
      tick();
    });
  tick();
  return () => {
    isStopped = true;
  };
};

const jsonLines = (out: string): Record<string, unknown>[] =>
  out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

/** The lines of one type. */
export const linesOfType = ({ lines }: CommandResult, type: string) => lines.filter((line) => line.type === type);
