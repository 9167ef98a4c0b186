import { expect, it } from 'vitest';
import { selectCommit } from '../../../core/model/commit.ts';

const sha = '0123456789abcdef0123456789abcdef01234567';
const created = new Date('2026-11-23T08:00:00Z');

it.each<[what: string, revisions: Parameters<typeof selectCommit>[0], commit: object | undefined]>([
  [
    'a repository by its provider',
    [{ revisionId: sha, revisionSummary: 'Sell more\n\nMuch more', created }],
    { id: sha, at: '2026-11-23T08:00:00.000Z', summary: 'Sell more' },
  ],
  [
    'a repository by a connection',
    [{ revisionId: sha, revisionSummary: '{"ProviderType":"GitHub","CommitMessage":"Sell \\"more\\"\\nMuch"}' }],
    { id: sha, summary: 'Sell "more"' },
  ],
  [
    'a revision with a long summary, cut between two characters,',
    [{ revisionId: sha, revisionSummary: `${'a'.repeat(199)}🚀` }],
    { id: sha, summary: 'a'.repeat(199) },
  ],
  [
    'two sources of which the second is a repository',
    [{ revisionId: 'aVersionOfAnObject' }, { revisionId: sha }],
    { id: sha },
  ],
  ['no repository', [{ revisionId: 'aVersionOfAnObject', created }], undefined],
  ['no source', [], undefined],
])('selects the commit of %s', (_, revisions, commit) => {
  expect(selectCommit(revisions)).toEqual(commit);
});
