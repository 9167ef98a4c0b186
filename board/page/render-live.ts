import { type ComponentChild, h } from 'preact';
import type { Cell } from '../../core/board/cell-data.ts';
import { renderForeign } from './foreign-text.ts';
import { renderRelative } from './format-time.ts';
import type { PageState } from './page-state.ts';
import { findAwsTime } from './page-state.ts';
import { type ActionHandlers, renderActions } from './render-actions.ts';
import { renderBoard } from './render-board.ts';
import { type DrawerHandlers, renderDrawer } from './render-drawer.ts';
import type { Handlers } from './view.ts';

/** What the live page calls. */
export interface LiveHandlers {
  board: Handlers;
  drawer: DrawerHandlers;
  actions: ActionHandlers;
}

/** Renders the live page. `now` is the reader's time in milliseconds. */
export function renderLive(state: PageState, now: number, handlers: LiveHandlers): ComponentChild {
  const { data, problem, drawer, dialog } = state;
  const awsTime = findAwsTime(state, now);
  return [
    h(
      'header',
      { class: 'top', key: 'top' },
      h('h1', { tabIndex: -1 }, data === undefined ? 'Delivery board' : renderForeign(data.title)),
      data &&
        h(
          'p',
          { class: 'freshness' },
          problem === undefined ? 'Updated ' : 'Last updated ',
          renderRelative(data.at, awsTime),
        ),
    ),
    h(
      'div',
      { class: 'connection', role: 'status', key: 'connection' },
      problem && renderProblem(state, problem, awsTime),
    ),
    data === undefined
      ? problem === undefined && h('p', { class: 'empty', key: 'empty' }, 'Reading the services…')
      : h(
          'main',
          { key: 'main', class: problem === undefined ? undefined : 'stale' },
          renderBoard({ data, now: awsTime, handlers: handlers.board }),
        ),
    h('p', { class: 'for-reader', role: 'status', key: 'changes' }, state.changes),
    drawer && renderDrawer(drawer, awsTime, handlers.drawer),
    dialog && renderActions(dialog, findCell(state, dialog.target), handlers.actions),
  ];
}

/** Says that the connection is lost, and how old the data is. The age is hidden from screen readers, because they would read each change of it. */
const renderProblem = ({ data }: PageState, problem: string, awsTime: number): ComponentChild =>
  h(
    'p',
    null,
    h('b', null, data === undefined ? 'Not connected. ' : 'Connection lost. '),
    renderForeign(problem),
    data && h('span', { 'aria-hidden': 'true' }, ' Everything below arrived ', renderRelative(data.at, awsTime), '.'),
  );

const findCell = ({ data }: PageState, target: string): Cell | undefined =>
  data?.rows.flatMap(({ cells }) => Object.values(cells)).find((cell) => cell.target === target);
