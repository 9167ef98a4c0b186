import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';

const execution = z.object({
  arn: z.string().includes(':execution:'),
  status: z.string(),
  states: z.array(z.string()),
});
const service = z.object({
  account: z.string().regex(/^\d{12}$/),
  cluster: z.string(),
  name: z.string(),
  before: z.string(),
  after: z.string(),
  images: z.array(z.object({ name: z.string(), image: z.string() })),
  rollout: z.string(),
});
const action = z.object({ stage: z.string(), action: z.string(), status: z.string(), summary: z.string() });
const release = z.object({
  commit: z.string().regex(/^[0-9a-f]{40}$/),
  pipeline: z.object({ executionId: z.string(), status: z.string(), actions: z.array(action) }),
  execution,
  service,
  promotions: z.array(z.object({ execution, service })),
});
const document = z.strictObject({
  releases: z.tuple([release, release]),
  calls: z.array(
    z.strictObject({ account: z.string(), principal: z.string(), action: z.string(), resource: z.string() }),
  ),
  elapsedMs: z.int().positive(),
});

describe('the demo', () => {
  it('prints one JSON document with both releases and nothing else, and exits with 0', async () => {
    const root = join(import.meta.dirname, '..', '..');
    const ran = promisify(execFile)(process.execPath, ['demo/run.ts', '--json'], { cwd: root, maxBuffer: 2 ** 26 });
    const { stdout, stderr } = await ran;
    expect(stderr).toBe('');
    const printed = document.parse(JSON.parse(stdout));
    expect(printed.releases).toMatchObject([
      { pipeline: { status: 'Succeeded' }, execution: { status: 'SUCCEEDED' }, service: { rollout: 'COMPLETED' } },
      { pipeline: { status: 'Failed' }, execution: { status: 'FAILED' } },
    ]);
    expect(printed.calls.map(({ action }) => action)).toContain('ecs:UpdateService');
  });
});
