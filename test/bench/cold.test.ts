import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { measureStart } from '../../bench/cold-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'gantry-cold-'));
afterAll(() => rmSync(folder, { recursive: true }));

const bundled = (name: string, body: string): string => {
  const file = join(folder, `${name}.mjs`);
  writeFileSync(file, `export const handler = async (event) => { ${body} };`);
  return file;
};

describe('the start of a bundle', () => {
  it('consists of its import and, if there is an event, its first event', async () => {
    const file = bundled('busy', 'const end = performance.now() + event.ms; while (performance.now() < end);');
    expect((await measureStart(file, { event: { ms: 30 } })).first).toBeGreaterThanOrEqual(30);
    expect((await measureStart(file)).init).toBeGreaterThan(0);
  });

  it('has no AWS credentials in its environment', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'x');
    vi.stubEnv('AWS_PROFILE', 'x');
    const file = bundled(
      'keys',
      "console.log(Object.keys(process.env).some((name) => /ACCESS_KEY|TOKEN|PROFILE/.test(name)) ? 'keys' : 'CredentialsProviderError');",
    );
    await expect(measureStart(file, { event: {}, callsAws: true })).resolves.toMatchObject({
      init: expect.any(Number),
    });
    vi.unstubAllEnvs();
  });

  it.each([
    ['is refused', "throw Object.assign(new Error(), { name: 'ConfigurationError' });"],
    ['causes no call to AWS', 'return event;'],
  ])('is not measured with an event that %s', async (_, body) => {
    const file = bundled('resting', body);
    await expect(measureStart(file, { event: {}, callsAws: true })).rejects.toThrow(
      'answered its event without a call to AWS: give it an event in bench/cold-events.ts',
    );
  });

  it.each([
    ["throws the SDK's error", "throw Object.assign(new Error(), { name: 'CredentialsProviderError' });"],
    ['only logs it', "console.error('CredentialsProviderError');"],
  ])('is measured up to the call that cannot be signed if the function %s', async (_, body) => {
    const file = bundled('asking', body);
    await expect(measureStart(file, { event: {}, callsAws: true })).resolves.toMatchObject({
      first: expect.any(Number),
    });
  });
});
