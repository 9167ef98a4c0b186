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
    'a long summary, without half a character',
    [{ revisionId: sha, revisionSummary: `${'a'.repeat(199)}🚀` }],
    { id: sha, summary: 'a'.repeat(199) },
  ],
  ['the second source', [{ revisionId: 'aVersionOfAnObject' }, { revisionId: sha }], { id: sha }],
  ['no repository', [{ revisionId: 'aVersionOfAnObject', created }], undefined],
  ['nothing', [], undefined],
])('the commit of %s', (_, revisions, commit) => {
  expect(selectCommit(revisions)).toEqual(commit);
});
