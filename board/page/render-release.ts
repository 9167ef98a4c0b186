import { type ComponentChild, h } from 'preact';
import type { FailureDetails } from '../../core/board/cell-data.ts';
import type { ReleaseLine } from '../../core/board/data.ts';
import type { FieldChange, ReleaseDetails, TimelineEntry } from '../../core/board/details-data.ts';
import {
  renderCode,
  renderCommitId,
  renderFirstLine,
  renderForeign,
  renderLines,
  renderLink,
  renderLog,
} from './foreign-text.ts';
import { formatTime, renderExactTime, renderRelative, renderTime } from './format-time.ts';
import { renderResult } from './outcome.ts';
import { type Copier, renderCommand } from './render-command.ts';

/** Returns the heading of a release's details. */
export const describeRelease = ({ target, kind, start }: ReleaseLine): string =>
  `${target}: ${kind} of ${formatTime(start)}`;

/** Renders the details of one release. In the live page, a `copier` copies its commands. */
export function renderRelease(details: ReleaseDetails, now: number, copier?: Copier): ComponentChild {
  const { line, timeline, changes, links, commands, failure } = details;
  return [
    renderFacts(line),
    failure && renderFailure(failure),
    h('h3', null, 'What happened (UTC)'),
    renderFact(timeline.problem, timeline.readAt, now),
    renderTimeline(timeline.value),
    h('h3', null, 'Changes of the task definition'),
    renderFact(changes.problem, changes.readAt, now),
    changes.problem === undefined ? renderChanges(line, changes.value) : null,
    links.length === 0 ? null : h('h3', null, 'Consoles'),
    h(
      'ul',
      { class: 'links' },
      links.map(({ label, url }) => h('li', null, renderLink(label, url))),
    ),
    commands.length === 0 ? null : h('h3', null, 'On the command line'),
    commands.map(({ label, command }) => [
      h('p', { class: 'label' }, renderForeign(label)),
      renderCommand(command, copier),
    ]),
  ];
}

function renderFacts(line: ReleaseLine): ComponentChild {
  const { commit, by, asked, start, end } = line;
  const facts: [string, ComponentChild][] = [
    ['Result', renderResult(line)],
    ['Commit', commit && [renderCommitId(commit.id), ' ', renderFirstLine(commit.summary ?? '')]],
    ['Revision', renderRevisions(line)],
    ['By', renderForeign(by)],
    ['Asked for', asked && renderForeign(asked)],
    ['Time', [renderTime(start), end && [' to ', renderTime(end)]]],
  ];
  return h(
    'dl',
    { class: 'facts' },
    facts.map(([name, value]) => (value ? h('div', null, h('dt', null, name), h('dd', null, value)) : null)),
  );
}

function renderRevisions({ before, after }: ReleaseLine): ComponentChild {
  if (after === undefined) return before && ['before: ', renderCode(before)];
  return [before && [renderCode(before), ' → '], renderCode(after)];
}

const renderFailure = ({ reason, standsNow, log }: FailureDetails): ComponentChild =>
  h(
    'div',
    { class: 'failure' },
    h('h3', null, 'Why it failed'),
    renderLines(reason),
    standsNow === undefined ? null : h('p', null, h('b', null, 'Now: '), renderForeign(standsNow)),
    log === undefined || log.length === 0 ? null : [h('h4', null, 'End of the log'), renderLog(log)],
  );

const renderFact = (problem: string | undefined, readAt: string | undefined, now: number): ComponentChild => [
  problem === undefined ? null : h('p', { class: 'problem' }, 'Not read: ', renderForeign(problem)),
  readAt === undefined ? null : h('p', { class: 'read' }, 'read ', renderRelative(readAt, now)),
];

const sources = { gantry: 'Gantry', ecs: 'ECS' };

function renderTimeline(entries: TimelineEntry[] = []): ComponentChild {
  if (entries.length === 0) return null;
  const items = entries.map(({ at, text, source }) =>
    h(
      'li',
      { class: source },
      renderExactTime(at),
      h('span', { class: 'source' }, sources[source]),
      h('span', null, renderForeign(text)),
    ),
  );
  return h('ol', { class: 'timeline' }, items);
}

/** Says why there is nothing to compare, or that nothing differs. */
function explainNoChanges({ before, after, end }: ReleaseLine): string {
  if (after === undefined) return end === undefined ? 'Compared when it has ended.' : 'It deployed no revision.';
  return before === undefined ? 'No revision before it is known.' : 'No field differs.';
}

function renderChanges(line: ReleaseLine, changes: FieldChange[] = []): ComponentChild {
  if (changes.length === 0) return h('p', null, explainNoChanges(line));
  const rows = changes.map(({ field, before, after, hidden }) =>
    h(
      'tr',
      null,
      h('th', { scope: 'row' }, renderCode(field)),
      hidden === undefined
        ? [h('td', null, before && renderCode(before)), h('td', null, after && renderCode(after))]
        : h('td', { colSpan: 2 }, `value not shown: ${hidden}`),
    ),
  );
  const heads = ['Field', 'Before', 'After'].map((name) => h('th', { scope: 'col' }, name));
  return h('table', { class: 'changes' }, h('thead', null, h('tr', null, heads)), h('tbody', null, rows));
}
