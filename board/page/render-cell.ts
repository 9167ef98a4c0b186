import { type ComponentChild, h } from 'preact';
import type { Cell, CellState, FailureDetails, RunningRelease } from '../../core/board/cell-data.ts';
import type { BoardColumn } from '../../core/board/data.ts';
import { renderActionsOpener, renderReleaseOpener } from './buttons.ts';
import {
  renderCode,
  renderCommitId,
  renderDigest,
  renderFirstLine,
  renderForeign,
  renderLines,
  renderLog,
} from './foreign-text.ts';
import { renderRelative } from './format-time.ts';
import { renderIcon } from './icons.ts';
import { renderProgress } from './render-progress.ts';
import type { View } from './view.ts';

/** The words of each state. */
export const stateWords: Record<CellState, string> = {
  failed: 'Failed',
  waiting: 'Waiting',
  'in progress': 'In progress',
  unreadable: 'Not readable',
  missing: 'No such service',
  loading: 'Not read yet',
  'at rest': 'At rest',
};

/** Renders one service in one target. A target without the service has an empty cell. */
export function renderCell(view: View, column: BoardColumn, cell: Cell | undefined, id: string): ComponentChild {
  const target = h('p', { class: 'cell-target' }, renderForeign(column.id));
  if (cell === undefined) return h('td', { class: 'cell none', id, role: 'cell' }, target, renderNone());
  return h(
    'td',
    { class: `cell ${cell.state.replaceAll(' ', '-')}`, id, role: 'cell', tabIndex: -1 },
    target,
    renderHeading(cell),
    cell.sentence === undefined ? null : h('p', { class: 'sentence' }, renderForeign(cell.sentence)),
    cell.progress && renderProgress(cell.progress, cell.sentence ?? '', view.now),
    cell.failure && renderFailure(view, cell.failure, cell.sentence),
    cell.running.value && renderRunning(view, cell, cell.running.value),
    renderBadges(view, cell),
    renderFoot(view, cell),
  );
}

const renderNone = (): ComponentChild => [
  h('span', { 'aria-hidden': 'true' }, '–'),
  h('span', { class: 'for-reader' }, 'not in this target'),
];

function renderHeading({ state, running: { value }, progress }: Cell): ComponentChild {
  const isMoving = progress?.new !== undefined;
  return h(
    'p',
    { class: 'cell-heading' },
    h('span', { class: 'state' }, renderIcon(state), stateWords[state]),
    value && !isMoving ? renderTasks(value) : null,
  );
}

function renderTasks({ tasks: { running, desired, pending } }: RunningRelease): ComponentChild {
  const isShort = running < desired;
  const text = `${running} of ${desired} ${desired === 1 ? 'task' : 'tasks'}`;
  return h('span', { class: isShort ? 'tasks short' : 'tasks' }, pending > 0 ? `${text}, ${pending} pending` : text);
}

function renderRunning(view: View, cell: Cell, running: RunningRelease): ComponentChild {
  const { commit, revision, since, by } = running;
  const title = commit?.summary ? renderFirstLine(commit.summary) : renderForeign(revision);
  const words = cell.progress?.new === undefined ? 'Runs' : 'New';
  const label = cell.state === 'at rest' ? null : h('span', { class: 'label' }, words);
  return h(
    'div',
    { class: 'runs' },
    h('p', { class: 'title' }, label, renderReleaseOpener(view, cell.failure ? undefined : cell.release, title)),
    renderIds(running),
    h('p', { class: 'since' }, 'deployed ', renderRelative(since, view.now), by && [' by ', renderForeign(by)]),
  );
}

const mostDigests = 2;

/** Renders the commit, the revision unless it is the title, and the digests of the images. */
function renderIds({ commit, revision, images }: RunningRelease): ComponentChild {
  const digests = images.flatMap(({ digest }) => (digest === undefined ? [] : [renderDigest(digest)]));
  const more = digests.length - mostDigests;
  const ids = [
    ...(commit === undefined ? [] : [renderCommitId(commit.id)]),
    ...(commit?.summary ? [renderCode(revision)] : []),
    ...digests.slice(0, mostDigests),
  ];
  return ids.length === 0 ? null : h('p', { class: 'ids' }, ids, more > 0 ? `+${more}` : null);
}

/** The sentence is usually the first line of the reason. The details show the other lines. */
function renderFailure(view: View, { release, reason, log, standsNow }: FailureDetails, sentence = ''): ComponentChild {
  return h(
    'div',
    { class: 'failure' },
    sentence !== '' && reason.startsWith(sentence) ? null : renderLines(reason),
    standsNow === undefined ? null : h('p', null, h('b', null, 'Now: '), renderForeign(standsNow)),
    log === undefined || log.length === 0
      ? null
      : h('details', null, h('summary', null, `End of the log (${log.length})`), renderLog(log)),
    release === undefined ? null : h('p', null, renderReleaseOpener(view, release, 'Details of the failure')),
  );
}

function renderBadges({ now }: View, { badges, behind }: Cell): ComponentChild {
  if (badges.length === 0 && behind === undefined) return null;
  const items = badges.map(({ kind, text, readAt }) => {
    const age = readAt && [' · ', renderRelative(readAt, now)];
    return h('li', { class: `badge ${kind}` }, renderIcon(kind), h('span', null, renderForeign(text), age));
  });
  return h('ul', { class: 'badges' }, behind && renderBehind(behind), items);
}

function renderBehind({ count, column, unit }: NonNullable<Cell['behind']>): ComponentChild {
  const units = count === 1 ? unit.slice(0, -1) : unit;
  return h('li', { class: 'badge behind', title: `${count} ${units}` }, `${count} behind `, renderForeign(column));
}

/** Renders the buttons, and when the cell was read. If the cell could not be read, renders the reason, unless the sentence says it. */
function renderFoot(view: View, cell: Cell): ComponentChild {
  const { problem } = cell.running;
  const now = cell.actions.find(({ kind, available }) => available && (kind === 'approve' || kind === 'continue'));
  return h(
    'div',
    { class: 'foot' },
    problem === undefined || cell.sentence === problem
      ? null
      : h('p', { class: 'problem' }, 'Not read: ', renderForeign(problem)),
    now && renderActionsOpener(view, cell.target, now.kind === 'approve' ? 'Approve…' : 'Continue…', now.kind),
    cell.actions.length > 0 ? renderActionsOpener(view, cell.target, 'Actions') : null,
    renderAges(view, cell),
  );
}

/** Renders when the service and its ledger were read. */
function renderAges({ now }: View, { running, ledgerReadAt }: Cell): ComponentChild {
  if (running.readAt === undefined) return null;
  const ledger = ledgerReadAt && [', its releases ', renderRelative(ledgerReadAt, now)];
  return h('p', { class: 'read' }, 'read ', renderRelative(running.readAt, now), ledger);
}
