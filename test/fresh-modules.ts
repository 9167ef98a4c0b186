import { vi } from 'vitest';

/*
 * One process runs many files (vitest.config.ts), so that Node loads the packages once and not for each. Every file still begins with modules of
 * our own that no other file has used, and with the environment that the process was started with.
 */

const kept = globalThis as { environment?: NodeJS.ProcessEnv };
kept.environment ??= { ...process.env };
const { environment } = kept;

vi.resetModules();
for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
Object.assign(process.env, environment);
