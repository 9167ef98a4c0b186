import type { CliContext } from '../cli/context.ts';
import type { Config } from '../core/config/check.ts';
import type { JumpingClock } from '../local/clock.ts';
import type { RunningSystem } from '../local/run/start.ts';
import { useAdministratorCredentials } from './credentials.ts';

/** The delivery board of the demo. */
export interface DemoBoard {
  url: string;
  /** Lets simulated time pass at wall-clock speed until a promise is settled. The board keeps reading meanwhile. */
  liveUntil<Result>(over: Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

/** The stage whose resources the embedded AWS has. */
const stage = 'production';

const tickMs = 250;

/** Lets simulated time pass. */
export function passTime(clock: JumpingClock, ms: number): Promise<void> {
  let isOver = false;
  clock.after(ms, () => {
    isOver = true;
  });
  return clock.advanceUntil(() => isOver);
}

async function liveUntil<Result>(clock: JumpingClock, over: Promise<Result>): Promise<Result> {
  let isOver = false;
  const end = over.finally(() => {
    isOver = true;
  });
  // The caller gets the rejection.
  end.catch(() => {});
  while (!isOver) {
    await new Promise((resolve) => setTimeout(resolve, tickMs));
    await passTime(clock, tickMs);
  }
  return end;
}

/** Opens the delivery board, as `gantry board` does, with the credentials of the build account's administrator. */
export async function openBoard(
  running: RunningSystem,
  config: Config,
  clock: JumpingClock,
  caller = 'the audience of the demo',
): Promise<DemoBoard> {
  useAdministratorCredentials(running);
  process.env.TABLE = running.system.table.name;
  const [{ createCollector }, { runBoard }, { loadPage }, { adaptMessage }] = await Promise.all([
    import('../board/collect/collector.ts'),
    import('../board/run-board.ts'),
    import('../board/page/load-page.ts'),
    import('../cli/message-wording.ts'),
  ]);
  const interruption = new AbortController();
  const now = () => new Date(clock.now());
  const context: CliContext = {
    config,
    adaptMessage: (message) => adaptMessage(message, { program: 'npm run gantry --' }),
    now,
    sleep: (ms) => new Promise((resolve) => clock.after(ms, resolve)),
    uuid: running.cloud.uuid,
    interrupted: interruption.signal,
    out() {},
    err: (text) => process.stderr.write(text),
  };
  const served = { collector: createCollector(config, stage, now), page: await loadPage(), stage, caller, port: 0 };
  let end = Promise.resolve();
  const url = await new Promise<string>((resolve, reject) => {
    end = runBoard(served, context, resolve);
    end.catch(reject);
  });
  return {
    url,
    liveUntil: (over) => liveUntil(clock, over),
    close() {
      interruption.abort();
      return end;
    },
  };
}
