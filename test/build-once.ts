import { globSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleFunctions } from '../local/lambda/bundle-functions.ts';
import { buildFunctions } from '../local/run/start.ts';
import { slim } from '../slim.ts';

const root = join(import.meta.dirname, '..');

/** Builds the functions once for all tests that run them: each for a thread of its own, and all together for this process. */
export default async function setup(): Promise<void> {
  await buildFunctions();
  await writeFile(
    join(root, '.build', 'library.cjs'),
    await bundleFunctions(globSync('functions/*.ts', { cwd: root }), root, [slim]),
  );
}
