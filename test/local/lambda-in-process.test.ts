import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createJumpingClock } from '../../local/clock.ts';
import { createCloud } from '../../local/create-cloud.ts';
import { bundleFunctionLibrary } from '../../local/lambda/function-library.ts';
import { getFunctions, type InstalledFunction } from '../../local/lambda/functions.ts';
import { type InProcessRunner, loadInProcessRunner } from '../../local/lambda/in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'gantry-library-'));
afterAll(() => rmSync(folder, { recursive: true }));

let runInProcess: InProcessRunner;
beforeAll(async () => {
  writeFileSync(join(folder, 'shared.ts'), 'let times = 0; export const again = async () => (times += 1);');
  for (const name of ['one', 'other'])
    writeFileSync(join(folder, `${name}.ts`), `import { again } from './shared.ts'; export const handler = again;`);
  writeFileSync(join(folder, 'broken.ts'), `throw new Error('not to be begun'); export const handler = 0;`);
  runInProcess = loadInProcessRunner(await bundleFunctionLibrary(['one.ts', 'other.ts', 'broken.ts'], folder), {});
});

/** Invokes a function of the library once in a new cloud; returns its payload. */
async function invoke(name: string): Promise<string> {
  const cloud = createCloud(createJumpingClock());
  runInProcess(cloud, []);
  const fn = { name, handler: `${name}.handler`, timeoutSeconds: 3, environment: {}, cloud } as InstalledFunction;
  const outcome = await getFunctions(cloud).run!(fn, { requestId: '7', payload: '{}' });
  return outcome.payload;
}

it('each function keeps only its own module state, as in a separate process', async () => {
  expect([await invoke('one'), await invoke('one'), await invoke('other')]).toEqual(['1', '2', '1']);
});

it('a function that cannot be loaded fails only its own invocations', async () => {
  expect(await invoke('broken')).toContain('not to be begun');
});
