import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { formatDifferences } from '../../cli/difference-lines.ts';
import { diffTaskDefinitions } from '../../core/task-definition/diff.ts';

const side = (image: string, ...values: [name: string, value: string][]) => ({
  definition: {
    family: 'web',
    containerDefinitions: [{ name: 'app', image, environment: values.map(([name, value]) => ({ name, value })) }],
  },
  tags: [],
});
const before = side('web:1', ['LOG_LEVEL', 'info'], ['TOKEN', 'old-S3CRET'], ['PORT', '80']);
const after = side('web:2', ['LOG_LEVEL', 'info'], ['TOKEN', 'new-S3CRET'], ['PORT', '80']);
const lines = (showValues: boolean) =>
  formatDifferences(diffTaskDefinitions(before, after, { showValues })).map(stripVTControlCharacters);

it('of three environment values, one of which differs, the name of that one is printed and no value', () => {
  expect(lines(false)).toEqual([
    '  containers.app.image',
    '  - "web:1"',
    '  + "web:2"',
    '  containers.app.environment.TOKEN (changed)',
    '  Values that may be secret are not shown; --show-values shows them.',
  ]);
});

it('with --show-values the value that differs is printed, and no other', () => {
  expect(lines(true)).toEqual([
    '  containers.app.image',
    '  - "web:1"',
    '  + "web:2"',
    '  containers.app.environment.TOKEN',
    '  - "old-S3CRET"',
    '  + "new-S3CRET"',
  ]);
});

it('no control character of a value reaches the terminal', () => {
  expect(formatDifferences([{ field: 'a\u001b[2J', hidden: 'added' }]).join('')).not.toContain('\u001b[2J');
});
