import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../core/config/check.ts';
import { loadConfig } from './load-config.ts';
import { main } from './main.ts';

/* The command line of Gantry: what it has of this process. What it does begins in main.ts. */

/** The machines are where the configuration says, whatever Region the user's shell prefers. */
async function config(): Promise<Config> {
  const loaded = await loadConfig();
  process.env.AWS_REGION = loaded.build.region;
  return loaded;
}

const interruption = new AbortController();
// Once: a second Ctrl-C ends the process at once.
process.once('SIGINT', () => interruption.abort());

const argv = process.argv.slice(2);
if (argv[0] === 'doctor') {
  // A program of its own, which reads the arguments itself (npm run doctor).
  process.argv.splice(2, 1);
  await import('./doctor.ts');
} else
  process.exitCode = await main(argv, {
    config,
    now: () => new Date(),
    sleep: (ms) => sleep(ms, undefined, { signal: interruption.signal }).catch(() => undefined),
    uuid: randomUUID,
    interrupted: interruption.signal,
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    columns: process.stdout.isTTY ? process.stdout.columns || 80 : undefined,
  });
