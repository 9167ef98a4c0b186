import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { awsTimeSchema } from '../../../core/parsing/time.ts';

const root = join(import.meta.dirname, '..', '..', '..');

describe('a time of AWS', () => {
  it.each([
    ['ends in Z', '2026-11-23T09:00:00.000Z'],
    ['has no milliseconds', '2026-11-23T09:00:00Z'],
    ['ends in an offset of zero', '2026-11-23T09:00:00.000+00:00'],
    ['ends in another offset', '2026-11-23T10:00:00.000+01:00'],
  ])('that %s is read as UTC with milliseconds', (_, text) => {
    expect(awsTimeSchema.parse(text)).toBe('2026-11-23T09:00:00.000Z');
  });

  it.each(['', 'yesterday', '2026-11-23', '2026-11-23T09:00:00'])('is not accepted if it is "%s"', (text) => {
    expect(awsTimeSchema.safeParse(text).success).toBe(false);
  });
});

it('accepts an offset wherever a time is read', () => {
  const sources = globSync('{core,aws,functions}/**/*.ts', { cwd: root });
  const strict = sources.filter((file) =>
    /iso\.datetime\((?!\{ offset: true)/.test(readFileSync(join(root, file), 'utf8')),
  );
  expect(strict).toEqual([]);
});
