import type { Terminal } from '../cli/terminal.ts';
import type { Clock } from '../local/clock.ts';
import type { RunningSystem } from '../local/run/start.ts';
import { useAdministratorCredentials } from './credentials.ts';

/** Runs `gantry history TARGET` in this process, with the credentials of the build account's administrator. */
export async function showHistory(
  running: RunningSystem,
  clock: Clock,
  { target, say, terminal }: { target: string; say(text: string): void; terminal: Terminal | undefined },
): Promise<void> {
  const { cloud, config } = running;
  useAdministratorCredentials(running);
  const { main } = await import('../cli/main.ts');
  await main(['history', target], {
    program: 'npm run gantry --',
    loadConfig: () => ({ config, configFile: 'gantry.config.ts' }),
    now: () => new Date(clock.now()),
    sleep: (ms) => new Promise((resolve) => clock.after(ms, resolve)),
    uuid: cloud.uuid,
    interrupted: new AbortController().signal,
    out: (text) => say(text.trimEnd()),
    err: (text) => process.stderr.write(text),
    terminal,
  });
}
