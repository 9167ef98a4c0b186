import { expect, it } from 'vitest';
import { warnAboutUndoneReleases } from '../../../core/rollback/migrations.ts';
import { ledgerEntry, revisionArn } from './facts.ts';

const ran = (...names: string[]) => ({
  taskRuns: names.map((name) => ({ phase: 'preDeploy' as const, name, task: 'arn', start: '' })),
});
const warn = (names: string) => `The pre-deploy task ${names} has run, and a rollback does not undo what it changed.`;

it.each([
  [
    'the release that is undone',
    [ledgerEntry('web:3', [20, 25], ran('migrate')), ledgerEntry('web:2', [10, 15], ran('first'))],
    [warn('migrate')],
  ],
  ['no release before it', [ledgerEntry('web:3', [20, 25], ran()), ledgerEntry('web:2', [10, 15], ran('first'))], []],
  [
    'a failed release in between, in any order',
    [
      ledgerEntry('web:2', [10, 15]),
      ledgerEntry('web:4', [16, 17], { ...ran('between'), after: undefined }),
      ledgerEntry('web:3', [20, 25]),
    ],
    [warn('between')],
  ],
  [
    'only its own tasks if the ledger does not know the revision to restore',
    [ledgerEntry('web:3', [20, 25], ran('migrate')), ledgerEntry('web:1', [1, 2], ran('old'))],
    [warn('migrate')],
  ],
  [
    'no rollback',
    [ledgerEntry('web:2', [10, 15]), ledgerEntry('web:3', [20, 25], { ...ran('x'), kind: 'rollback' })],
    [],
  ],
])('a rollback names the migrations of %s', (_, entries, expected) => {
  expect(warnAboutUndoneReleases(entries, { bad: revisionArn('web:3'), back: revisionArn('web:2') })).toEqual(expected);
});

it('a table that does not answer has no entries', () => {
  expect(warnAboutUndoneReleases(undefined, { bad: 'a', back: 'b' })).toEqual([]);
});
