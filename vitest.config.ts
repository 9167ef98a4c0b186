import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

// Node keeps what it has compiled, for the next file and for the programs that tests start: a start of `npm run local` takes 0.4 s of CPU instead of
// 0.7 (nodejs.org/api/module.html#module-compile-cache).
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, '.build', 'compile-cache');

/** Tests of whole systems, which run the functions' bundles: `inject` tells them where those are. */
const systems = ['test/machine/**/*.test.ts', 'test/cli/**/*.test.ts'];

export default defineConfig({
  test: {
    // Most tests wait for the embedded AWS more than they compute: two files at a time also on a small machine.
    maxWorkers: 2,
    isolate: false,
    setupFiles: ['test/fresh-modules.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      { extends: true, test: { name: 'parts', include: ['test/**/*.test.ts'], exclude: systems } },
      // Vitest runs a global setup only where a file of its project is to be run.
      { extends: true, test: { name: 'systems', include: systems, globalSetup: ['test/build-once.ts'] } },
    ],
  },
});
