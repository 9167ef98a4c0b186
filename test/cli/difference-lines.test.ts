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

it("Gantry's own tags come last, with short ARNs, also if somebody else's tags follow them", () => {
  const own = { field: 'tags.gantry:replaces', after: '"arn:aws:ecs:eu-west-1:222222222222:task-definition/web:1"' };
  const differences = [own, { field: 'tags.team', hidden: 'added' as const }, { field: 'cpu', after: '"512"' }];
  expect(formatDifferences(differences).map(stripVTControlCharacters)).toEqual([
    '  tags.team (added)',
    '  cpu',
    '  + "512"',
    '  Values that may be secret are not shown; --show-values shows them.',
    "Gantry's own tags on the revision:",
    '  tags.gantry:replaces',
    '  + "web:1"',
  ]);
});

it('no control character of a value reaches the terminal', () => {
  expect(formatDifferences([{ field: 'a\u001b[2J', hidden: 'added' }]).join('')).not.toContain('\u001b[2J');
});
