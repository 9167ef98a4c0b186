import { globSync } from 'node:fs';
import { join } from 'node:path';
import { replaceModules } from '../../bundle/replace-modules.ts';
import type { Config } from '../../core/config/check.ts';
import { selectAnswers } from '../assumptions/answers.ts';
import type { Answers } from '../assumptions/list.ts';
import { createJumpingClock, type JumpingClock } from '../clock.ts';
import { bundleFunctionLibrary } from '../lambda/function-library.ts';
import { type InProcessRunner, loadInProcessRunner } from '../lambda/in-process.ts';
import { type Administrator, actAsAdministrator } from './accounts.ts';
import { type RunningSystem, startEmbeddedAws } from './start.ts';

const root = join(import.meta.dirname, '..', '..');

/** A system whose functions run in this process. */
export interface InProcessSystem extends RunningSystem {
  clock: JumpingClock;
  log: string[];
  admin(account: string): Administrator;
}

/** Starts a new system; `answers` selects behaviours that AWS does not document. */
export type SystemFactory = (seed: string, answers?: Answers) => Promise<InProcessSystem>;

let startDay = 0;

/** The functions do not contain the configuration, so all systems of a process share one library. */
let library: Promise<string> | undefined;

/**
 * Loads the functions once; each call then starts a new system, one simulated month later. The same seed gives the same ids.
 * `skipAuthorization`: see `Cloud`; `withExistingResources`: see `StartOptions`.
 */
export async function createSystemFactory(
  config: Config,
  { skipAuthorization = false, withExistingResources = false } = {},
): Promise<SystemFactory> {
  library ??= bundleFunctionLibrary(globSync('functions/*.ts', { cwd: root }).sort(), root, [replaceModules()]);
  const runInProcess: InProcessRunner = loadInProcessRunner(await library, config);
  return async (seed, answers = selectAnswers()) => {
    startDay += 30;
    const clock = createJumpingClock(Date.parse('2026-11-23T09:00:00Z') + startDay * 86_400_000);
    // Only the size of each bundle is read, by its file name.
    const how = { clock, config, stage: 'production', seed, bundles: join(root, '.build', 'local') };
    const running = await startEmbeddedAws({ ...how, skipAuthorization, withExistingResources, answers });
    const log: string[] = [];
    runInProcess(running.cloud, log);
    const admin = (account: string) => actAsAdministrator(running.cloud, account, config.build.region);
    return { ...running, clock, log, admin };
  };
}
