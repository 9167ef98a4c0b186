import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMatchingName, matchesPattern, patternsOverlap } from '../../../core/parsing/pattern.ts';

const patterns = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 6 });
const names = (maxLength: number): string[] =>
  maxLength === 0 ? [''] : ['', ...names(maxLength - 1).flatMap((rest) => [`a${rest}`, `b${rest}`])];

describe('a pattern', () => {
  it('matches the same names as the equivalent regular expression', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 }), patterns, (name, pattern) => {
        expect(matchesPattern(name, pattern)).toBe(new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(name));
      }),
    );
  });

  it('overlaps another one exactly if some name matches both', () => {
    // The shortest name that matches both patterns is not longer than both patterns together.
    const all = names(10);
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 5 }),
        fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 5 }),
        (one, other) => {
          const common = all.some((name) => matchesPattern(name, one) && matchesPattern(name, other));
          expect(patternsOverlap(one, other)).toBe(common);
        },
      ),
    );
  });

  it('with many stars is compared quickly', () => {
    expect(patternsOverlap('*a'.repeat(120), `${'a*'.repeat(120)}b`)).toBe(false);
  });

  it('has an example that it matches', () => {
    fc.assert(
      fc.property(patterns, (pattern) => {
        expect(matchesPattern(createMatchingName(pattern), pattern)).toBe(true);
      }),
    );
  });
});
