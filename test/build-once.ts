import { globSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceModules } from '../bundle/replace-modules.ts';
import { bundleFunctionLibrary } from '../local/lambda/function-library.ts';
import { buildFunctions } from '../local/run/start.ts';

const root = join(import.meta.dirname, '..');

/** Builds the functions once for all tests that run them: each for a thread of its own, and all together for this process. */
export default async function setup(): Promise<void> {
  await buildFunctions();
  await writeFile(
    join(root, '.build', 'library.cjs'),
    await bundleFunctionLibrary(globSync('functions/*.ts', { cwd: root }), root, [replaceModules()]),
  );
}
