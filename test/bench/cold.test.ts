import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { startOf } from '../../bench/cold-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'gantry-cold-'));
afterAll(() => rmSync(folder, { recursive: true }));

const bundled = (name: string, body: string): string => {
  const file = join(folder, `${name}.mjs`);
  writeFileSync(file, `export const handler = async (event) => { ${body} };`);
  return file;
};

describe('the start of a bundle', () => {
  it('is its import, and its first event where it is given one', async () => {
    const file = bundled('busy', 'const end = performance.now() + event.ms; while (performance.now() < end);');
    expect((await startOf(file, { ms: 30 })).first).toBeGreaterThanOrEqual(30);
    expect((await startOf(file)).init).toBeGreaterThan(0);
  });

  it('has no keys to call AWS with', async () => {
    const file = bundled(
      'keys',
      "if (Object.keys(process.env).some((name) => /ACCESS_KEY|TOKEN|PROFILE/.test(name))) throw Object.assign(new Error(), { name: 'ConfigurationError' });",
    );
    await expect(startOf(file, {})).resolves.toMatchObject({ init: expect.any(Number) });
  });

  it('is not measured with an event that is refused', async () => {
    const file = bundled('refusing', "throw Object.assign(new Error(), { name: 'ConfigurationError' });");
    await expect(startOf(file, {})).rejects.toThrow(
      'refuses its event: give it one of its own in bench/cold-events.ts',
    );
  });
});
