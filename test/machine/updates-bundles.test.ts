import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { updateWorkflow } from '../../local/run/install-workflow.ts';
import { startReleaseSystem } from './release-system.ts';
import { createSleepControls } from './sleeping-execution.ts';

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

/** Bundles of a version whose functions fail for every event. */
async function writeFailingBundles(files: string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gantry-update-'));
  folders.push(folder);
  for (const file of files) {
    await mkdir(join(folder, file));
    const code = `export const handler = async () => { throw new Error('the new ${file} cannot read this'); };`;
    await writeFile(join(folder, file, `${file}.mjs`), code);
  }
  return folder;
}

it('a release in its own environments runs the old bundles to its end, and the next one runs the new bundles', async () => {
  const system = await startReleaseSystem(undefined, { threads: true });
  const sleep = createSleepControls(system);
  const running = await sleep.begin(100);
  await sleep.asleep();
  const bundles = await writeFailingBundles(system.system.functions.map(({ file }) => file));
  await updateWorkflow(system.cloud, system.system, bundles);
  const next = await sleep.begin(1);
  expect(await system.end(running)).toMatchObject({ status: 'SUCCEEDED' });
  expect(await system.end(next)).toMatchObject({
    status: 'FAILED',
    cause: expect.stringContaining('the new report-failure cannot read this'),
  });
});
