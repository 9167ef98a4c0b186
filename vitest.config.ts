import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

// Node caches compiled code for the next test file and for the programs that tests start: `npm run local` starts in 0.4 s of CPU time instead of
// 0.7 s (nodejs.org/api/module.html#module-compile-cache).
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, '.build', 'compile-cache');

/** Tests of whole systems. They run the functions' bundles, whose path they get with Vitest's `inject`. */
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
      // Vitest runs a global setup only if it runs a file of the project.
      { extends: true, test: { name: 'systems', include: systems, globalSetup: ['test/build-once.ts'] } },
    ],
  },
});
