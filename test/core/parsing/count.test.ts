import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { formatCount } from '../../../core/parsing/count.ts';

it.each([
  [formatCount(0, 'task'), '0 tasks'],
  [formatCount(1, 'task'), '1 task'],
  [formatCount(2, 'task'), '2 tasks'],
  [formatCount(1, 'entry', 'entries'), '1 entry'],
  [formatCount(3, 'entry', 'entries'), '3 entries'],
])('a count agrees with its noun: %s', (text, expected) => {
  expect(text).toBe(expected);
});

/** A number in a message, followed by a noun in the plural. A constant that begins with `max` or ends with a fixed unit is never 1. */
const pluralPattern =
  /\$\{(?!max|sent\b|bytes\b|alarmWindowMinutes|replacementMs|keyDeletionDays|longest|format|Math\.round)[^}]*\} (?:\w+ )?(?:tasks|minutes|hours|days|launches|deployments|services|containers|checks|zips|templates|arguments|roles|entries)\b/g;

it('no message contains a count with a noun that is always plural', () => {
  const root = join(import.meta.dirname, '../../..');
  const files = globSync('{core,cli,aws,functions,infra,demo}/**/*.ts', { cwd: root });
  const found = files.flatMap((file) =>
    (readFileSync(join(root, file), 'utf8').match(pluralPattern) ?? []).map((text) => `${file}: ${text}`),
  );
  expect(found).toEqual([]);
});
