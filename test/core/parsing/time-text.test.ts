import { describe, expect, it } from 'vitest';
import { formatTime } from '../../../core/parsing/time-text.ts';

describe('a time in a sentence', () => {
  it.each([
    [new Date('2026-11-23T17:00:05.999Z'), '2026-11-23 17:00:05 UTC'],
    ['2026-11-23T17:00:05.123Z', '2026-11-23 17:00:05 UTC'],
    ['2026-11-23T17:00:05Z', '2026-11-23 17:00:05 UTC'],
    ['2026-11-23T17:00:05.123456Z', '2026-11-23 17:00:05 UTC'],
    ['soon', 'soon'],
    ['2026-11-23T17:00:05+01:00', '2026-11-23T17:00:05+01:00'],
  ])('of %o is %s', (at, text) => {
    expect(formatTime(at)).toBe(text);
  });
});
