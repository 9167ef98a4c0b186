import { join } from 'node:path';
import { afterAll, inject } from 'vitest';
import type { Config } from '../../core/config/check.ts';
import example from '../../infra/config.ts';
import { createJumpingClock, type JumpingClock } from '../../local/clock.ts';
import { type Administrator, actAsAdministrator } from '../../local/run/accounts.ts';
import { type Installer, installSystem } from '../../local/run/install.ts';
import { useFolderAsSource } from '../../local/run/source.ts';
import { type RunningSystem, startEmbeddedAws } from '../../local/run/start.ts';

const root = join(import.meta.dirname, '..', '..');
const started: RunningSystem[] = [];

afterAll(() => Promise.all(started.map((running) => running.stop())));

export interface TestSystem extends RunningSystem {
  clock: JumpingClock;
  /** An account's administrator, in the system's Region. */
  admin(account: string): Administrator;
  /** Lets time pass until `done` accepts the result of `read`; returns that result. */
  waitUntil<Found>(look: () => Promise<Found>, done: (found: Found) => boolean, limitMs?: number): Promise<Found>;
}

/** Starts the whole installed system on a jumping clock, with the example application as its source; it stops after the file's tests. */
export async function startSystem(
  config: Config = example,
  stage = 'production',
  install: Installer = installSystem,
): Promise<TestSystem> {
  const clock = createJumpingClock();
  const running = await startEmbeddedAws({ clock, config, stage, bundles: inject('bundles'), install });
  started.push(running);
  useFolderAsSource(running, config, join(root, 'examples', 'web'));
  return {
    ...running,
    clock,
    admin: (account) => actAsAdministrator(running.cloud, account, running.system.region),
    async waitUntil(look, done, limitMs) {
      let found = await look();
      await clock.advanceUntil(async () => {
        found = await look();
        return done(found);
      }, limitMs);
      return found;
    },
  };
}
