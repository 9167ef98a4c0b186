import { SourceMap } from 'node:module';
import { expect, it } from 'vitest';
import { onlySources } from '../source-map.ts';

/** own.ts at columns 0 and 20 (its lines 0 and 900), package.js between them and from 40 to the next line, where own.ts goes on. */
const map = {
  version: 3,
  sources: ['package.js', 'own.ts'],
  names: ['unused', 'kept'],
  mappings: 'ACAAC,UDAAA,KAAA,KCo4BAC,oBDp4BAD;A,UCq4BA',
};
const originAt = (made: typeof map, line: number, column: number) => {
  const found = new SourceMap({ ...made, file: '', sourceRoot: '', sourcesContent: [] }).findEntry(line, column);
  return 'originalSource' in found && found.originalSource
    ? `${found.originalSource}:${found.originalLine}`
    : undefined;
};

it('a source map of only some sources tells the same of these, and of the others nothing', () => {
  const made = onlySources(map, (source) => source === 'own.ts');
  expect(made).toMatchObject({ version: 3, sources: ['', 'own.ts'], names: [] });
  for (const [line, column] of [
    [0, 0],
    [0, 5],
    [0, 20],
    [0, 30],
    [1, 10],
  ] as const)
    expect(originAt(made, line, column), `${line}:${column}`).toBe(originAt(map, line, column));
  for (const [line, column] of [
    [0, 10],
    [0, 17],
    [0, 40],
    [1, 5],
  ] as const)
    expect(originAt(made, line, column), `${line}:${column}`).toBeUndefined();
});

it('a source map of all sources stays as it is', () => {
  expect(onlySources(map, () => true).mappings.split(';')).toHaveLength(2);
  expect(
    originAt(
      onlySources(map, () => true),
      0,
      20,
    ),
  ).toEqual(originAt(map, 0, 20));
});
