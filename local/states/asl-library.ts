import { createRequire } from 'node:module';
import { compileFunction } from 'node:vm';
import type { Cloud } from '../cloud.ts';
import { createSimulatedDate } from '../simulated-date.ts';
import { bundleAslLibrary } from './bundle-asl-library.ts';
import type { AslLibrary } from './library-types.ts';
import { patchTaskAttempts } from './patch-task-attempts.ts';

let librarySource: Promise<string> | undefined;

/** Loads the library with the clock and randomness of a cloud: its `setTimeout`, `clearTimeout`, `Date` and `Math.random` are the cloud's. */
export async function loadAslLibrary(cloud: Cloud): Promise<AslLibrary> {
  const { clock, random } = cloud;
  librarySource ??= bundleAslLibrary();
  const module: { exports: AslLibrary } = { exports: Object.create(null) };
  const surroundings = {
    module,
    require: createRequire(import.meta.url),
    setTimeout: (act: () => void, ms: number) => clock.after(ms, act),
    clearTimeout: (cancel?: () => void) => cancel?.(),
    Date: createSimulatedDate(() => Math.floor(clock.now())),
    Math: Object.create(Math, { random: { value: random } }),
  };
  compileFunction(await librarySource, Object.keys(surroundings))(...Object.values(surroundings));
  patchTaskAttempts(module.exports, cloud);
  return module.exports;
}
