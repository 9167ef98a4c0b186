import type { ExitCode } from '../../cli/context.ts';
import type { UnconfiguredContext } from '../../cli/main.ts';
import type { TestSystem } from '../machine/system.ts';

export interface CommandResult {
  exitCode: ExitCode;
  out: string;
  err: string;
  /** With `--json`: what was printed, line by line. */
  lines: Record<string, unknown>[];
}

/** How a command is run: `columns` for a terminal, `interrupt` to press Ctrl-C once the output holds this, `ahead` for a laptop whose clock is wrong by so many ms. */
export interface TerminalOptions {
  columns?: number;
  interrupt?: string;
  ahead?: number;
}

/** Makes the environment's keys those of an account's administrator, or of a caller of one's own. */
export function setCredentials({ cloud, system, administrators }: TestSystem, account = system.account): void {
  const keys = administrators.get(account)!;
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: cloud.url,
    AWS_REGION: system.region,
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
  });
}

/** Runs commands of the command line in this process, on the system's jumping clock. */
export async function createTerminal({ clock, config }: TestSystem) {
  const { main } = await import('../../cli/main.ts');
  let names = 0;
  return async (argv: string[], { columns, interrupt, ahead = 0 }: TerminalOptions = {}): Promise<CommandResult> => {
    const interruption = new AbortController();
    const ran = { out: '', err: '' };
    // From one sleep to the next the command is at work, and the clock stands still.
    let rest = () => {};
    const work = (): void => {
      void clock.freezeDuring(
        new Promise<void>((resolve) => {
          rest = resolve;
        }),
      );
    };
    const world: UnconfiguredContext = {
      config: () => config,
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
      columns,
    };
    let over = false;
    work();
    const ending = main(argv, world).finally(() => {
      over = true;
      rest();
    });
    await clock.advanceUntil(() => over);
    return { exitCode: await ending, ...ran, lines: argv.includes('--json') ? jsonLines(ran.out) : [] };
  };
}

const jsonLines = (out: string): Record<string, unknown>[] =>
  out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

/** The lines of one type. */
export const linesOfType = ({ lines }: CommandResult, type: string) => lines.filter((line) => line.type === type);
