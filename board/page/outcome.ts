import { type ComponentChild, h } from 'preact';
import type { ReleaseLine } from '../../core/board/data.ts';
import { renderForeign } from './foreign-text.ts';
import { renderIcon } from './icons.ts';

/** The kinds of a release's end that a reader must be able to tell apart. `neutral`: the release changed nothing, or another release replaced it. */
type Outcome = 'running' | 'succeeded' | 'failed' | 'neutral';

/** The results of the ledger, in words. */
const results = new Map<string, [outcome: Outcome, words: string]>([
  ['Succeeded', ['succeeded', 'Succeeded']],
  ['Unchanged', ['neutral', 'Unchanged']],
  ['NothingToDo', ['neutral', 'Nothing to do']],
  ['Failed', ['failed', 'Failed']],
  ['RolledBack', ['failed', 'Rolled back']],
  ['Superseded', ['neutral', 'Superseded']],
]);

const readResult = ({ result }: Pick<ReleaseLine, 'result'>): [outcome: Outcome, words: string] =>
  result === undefined ? ['running', 'In progress'] : (results.get(result) ?? ['neutral', result]);

/** Returns how a release ended. A result that this version does not know is neutral. */
export const readOutcome = (line: Pick<ReleaseLine, 'result'>): Outcome => readResult(line)[0];

const icons = { running: 'in progress', succeeded: 'at rest', failed: 'failed', neutral: 'missing' } as const;

/** Renders the result of a release: an icon and words. */
export function renderResult(line: Pick<ReleaseLine, 'result'>): ComponentChild {
  const [outcome, words] = readResult(line);
  return h('span', { class: `state ${outcome}` }, renderIcon(icons[outcome]), renderForeign(words));
}
