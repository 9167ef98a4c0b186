import { globSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../core/config.ts';
import example from '../../gantry.config.ts';
import { loadInProcess } from '../../local/lambda/in-process.ts';
import { libraryOf } from '../../local/lambda/library.ts';
import { type Releases, releases } from './releases.ts';

const root = join(import.meta.dirname, '..', '..');

/** The example's configuration with these alarms for each service. */
export const withAlarms = (...alarms: string[]): Config => ({
  ...example,
  targets: example.targets.map((target) => ({
    ...target,
    services: target.services.map((service) => ({ ...service, alarms })),
  })),
});

let library: Promise<string> | undefined;

/** A system whose functions know this configuration: what is built for the other tests holds the example's. */
export async function configured(config: Config = example): Promise<Releases> {
  library ??= libraryOf(globSync('functions/*.ts', { cwd: root }), root);
  const world = await releases(config);
  loadInProcess(await library, config)(world.cloud, []);
  return world;
}
