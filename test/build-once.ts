import { globSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceModules } from '../bundle/replace-modules.ts';
import { libraryOf } from '../local/lambda/library.ts';
import { build } from '../local/run/start.ts';

const root = join(import.meta.dirname, '..');

/** Builds the functions once for all tests that run them: each for a thread of its own, and all together for this process. */
export default async function setup(): Promise<void> {
  await build();
  await writeFile(
    join(root, '.build', 'library.cjs'),
    await libraryOf(globSync('functions/*.ts', { cwd: root }), root, [replaceModules()]),
  );
}
