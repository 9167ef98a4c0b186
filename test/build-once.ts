import { globSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { replaceModules } from '../bundle/replace-modules.ts';
import { bundleFunctionLibrary } from '../local/lambda/function-library.ts';
import { buildFunctions } from '../local/run/start.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of the functions' bundles. */
    bundles: string;
    /** The file with all functions together, for `loadInProcessRunner`. */
    library: string;
  }
}

const root = join(import.meta.dirname, '..');

/**
 * Builds the functions once for all tests that run them: one file for each function (for threads), and one file with all functions (for this
 * process).
 */
export default async function setup(project: TestProject): Promise<void> {
  const library = join(root, '.build', 'library.cjs');
  project.provide('bundles', await buildFunctions());
  const text = await bundleFunctionLibrary(globSync('functions/*.ts', { cwd: root }), root, [replaceModules()]);
  await writeFile(library, text);
  project.provide('library', library);
}
