import { globSync } from 'node:fs';
import { join } from 'node:path';
import { replaceModules } from '../../bundle/replace-modules.ts';
import type { Config } from '../../core/config/check.ts';
import { type JumpingClock, jumpingClock } from '../clock.ts';
import { loadInProcess, type RunInProcess } from '../lambda/in-process.ts';
import { libraryOf } from '../lambda/library.ts';
import { type Administrator, actAs } from './accounts.ts';
import { type Running, start } from './start.ts';

const root = join(import.meta.dirname, '..', '..');

/** A system whose functions run in this process. */
export interface Stage extends Running {
  clock: JumpingClock;
  log: string[];
  admin(account: string): Administrator;
}

let day = 0;

/** Loads the functions once; each call then starts a new system, a simulated month later. The same seed makes the same identities. `unguarded`: see `Cloud`. */
export async function stages(config: Config, unguarded = false): Promise<(seed: string) => Promise<Stage>> {
  const library = await libraryOf(globSync('functions/*.ts', { cwd: root }).sort(), root, [replaceModules()]);
  const runInProcess: RunInProcess = loadInProcess(library, config);
  return async (seed) => {
    day += 30;
    const clock = jumpingClock(Date.parse('2026-11-23T09:00:00Z') + day * 86_400_000);
    // The functions' files are asked for their size only, and only by name.
    const how = { clock, config, stage: 'production', seed, bundles: join(root, '.build', 'local') };
    const running = await start({ ...how, unguarded });
    const log: string[] = [];
    runInProcess(running.cloud, log);
    const admin = (account: string) => actAs(running.cloud, account, config.build.region);
    return { ...running, clock, log, admin };
  };
}
