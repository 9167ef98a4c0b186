import type { Terminal } from '../cli/terminal.ts';
import type { Clock } from '../local/clock.ts';
import type { RunningSystem } from '../local/run/start.ts';

/** Runs `gantry history TARGET` in this process, with the credentials of the build account's administrator. */
export async function showHistory(
  running: RunningSystem,
  clock: Clock,
  { target, say, terminal }: { target: string; say(text: string): void; terminal: Terminal | undefined },
): Promise<void> {
  const { cloud, system, administrators, config } = running;
  const keys = administrators.get(system.account);
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: cloud.url,
    AWS_REGION: system.region,
    AWS_ACCESS_KEY_ID: keys?.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys?.secretAccessKey,
  });
  // Imported only now, because the module's AWS clients read the environment when they are created.
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
