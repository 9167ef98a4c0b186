import { type ComponentChild, h } from 'preact';
import type { ReleaseLine } from '../../core/board/data.ts';
import { renderReleaseOpener } from './buttons.ts';
import { renderCommitId, renderFirstLine, renderForeign } from './foreign-text.ts';
import { formatDuration, formatTime, renderRelative } from './format-time.ts';
import { renderResult } from './outcome.ts';
import type { View } from './view.ts';

/** Renders the newest entries of the ledger. Each opens its details. */
export function renderLatest(view: View): ComponentChild {
  const { latest } = view.data;
  if (latest.length === 0) return h('p', { class: 'empty' }, 'No release of Gantry is known.');
  const heads = ['Started', 'Service', 'What', 'Result', 'By', 'Took'];
  return h(
    'table',
    { class: 'latest', role: 'table' },
    h('caption', { class: 'for-reader' }, 'The latest releases of all services, newest first'),
    h(
      'thead',
      { role: 'rowgroup' },
      h(
        'tr',
        { role: 'row' },
        heads.map((head) => h('th', { scope: 'col', role: 'columnheader' }, head)),
      ),
    ),
    h(
      'tbody',
      { role: 'rowgroup' },
      latest.map((line) => renderLine(view, line)),
    ),
  );
}

/** Renders what a release changed, without the facts that the label of its kind already shows. */
function renderWhat({ kind, commit, after }: ReleaseLine): ComponentChild {
  if (commit?.summary) return renderFirstLine(commit.summary);
  return after === undefined && kind === 'rollback' ? null : renderForeign(after ?? kind);
}

const cell = (name: string, ...content: ComponentChild[]): ComponentChild =>
  h('td', { class: name, role: 'cell' }, ...content);

function renderLine(view: View, line: ReleaseLine): ComponentChild {
  const { id, target, kind, start, by, commit, reason } = line;
  const name = `Details: ${target}, ${kind} of ${formatTime(start)}`;
  return h(
    'tr',
    { role: 'row', key: id },
    cell('when', renderRelative(start, view.now)),
    cell('service', renderReleaseOpener(view, id, renderForeign(target), name)),
    cell(
      'what',
      kind === 'rollback' ? h('span', { class: 'kind' }, 'rollback ') : null,
      commit && [renderCommitId(commit.id), ' '],
      renderWhat(line),
      reason === undefined ? null : h('p', { class: 'reason' }, renderForeign(reason)),
    ),
    cell('result', renderResult(line)),
    cell('by', renderForeign(by)),
    cell('took', formatLength(line)),
  );
}

const formatLength = ({ start, end }: ReleaseLine): string =>
  end === undefined ? '–' : formatDuration(Date.parse(end) - Date.parse(start));
