import { afterAll, expect, vi } from 'vitest';

/**
 * One process runs many test files (vitest.config.ts), so that Node loads each package only once. Still, every file begins with newly loaded modules of Gantry
 * and with the environment variables of the process's start. A file fails if it leaves another global changed.
 */

/** The environment at the start of the process. It is a global, so that it survives when modules are loaded again. */
const kept = globalThis as { started?: { environment: NodeJS.ProcessEnv; globals: Record<string, unknown> } };
kept.started ??= { environment: { ...process.env }, globals: { Date, Math, fetch, setTimeout, console } };
const { environment, globals } = kept.started;

vi.resetModules();
for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
Object.assign(process.env, environment);

afterAll(() => {
  const replaced = Object.keys(globals).filter((name) => Reflect.get(globalThis, name) !== globals[name]);
  Object.assign(globalThis, globals);
  expect(replaced, 'globals that this file has replaced and not restored').toEqual([]);
});
