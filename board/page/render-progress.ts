import { type ComponentChild, h } from 'preact';
import type { CellProgress, CellWait, RevisionShare } from '../../core/board/cell-data.ts';
import { renderCode, renderForeign } from './foreign-text.ts';
import { renderRelative, renderTime } from './format-time.ts';

/** Renders a release that is in progress or waits: tasks and traffic of both revisions, steps, bake time, and the waits that the sentence does not mention. */
export function renderProgress(progress: CellProgress, sentence: string, now: number): ComponentChild {
  const { bakesUntil, waits, problem } = progress;
  return h(
    'div',
    { class: 'progress' },
    waits.map((wait) => renderWait(wait, sentence, now)),
    renderShares(progress),
    renderSteps(progress),
    bakesUntil === undefined ? null : h('p', null, 'Bake time: ', renderRelative(bakesUntil, now, 'left')),
    renderReadTime(progress, now),
    problem === undefined ? null : h('p', { class: 'problem' }, 'Not read: ', renderForeign(problem)),
  );
}

/** Renders when the data other than the waits was read. Renders nothing if there are only waits, because waits show their own time. */
function renderReadTime({ step, stage, steps, bakesUntil, waits, readAt, ...shares }: CellProgress, now: number) {
  const names = [step, stage].flatMap((name) => (name === undefined ? [] : [renderForeign(name), ' · ']));
  const isBare = shares.new === undefined && shares.old.length + steps.length + names.length === 0;
  if (isBare && bakesUntil === undefined && waits.every((wait) => wait.readAt !== undefined)) return null;
  return h('p', { class: 'read' }, names, 'read ', renderRelative(readAt, now));
}

function renderShares(progress: CellProgress): ComponentChild {
  const sides: [string, RevisionShare][] = progress.old.map((share) => ['old', share]);
  if (progress.new !== undefined) sides.push(['new', progress.new]);
  if (sides.length === 0) return null;
  return h(
    'ul',
    { class: 'shares' },
    sides.map(([side, share]) => renderShare(side, share)),
  );
}

function renderShare(side: string, share: RevisionShare): ComponentChild {
  const { revision, running, desired, pending, traffic } = share;
  const texts = [
    // An old revision that ECS removes has a desired count of 0.
    desired === 0 ? `${running} still running` : `${running} of ${desired} running`,
    ...(pending > 0 ? [`${pending} pending`] : []),
    ...(traffic === undefined ? [] : [`${traffic} % of traffic`]),
  ];
  return h(
    'li',
    { class: side },
    h('span', { class: 'side' }, side, ' ', renderCode(revision)),
    renderTaskBar(share),
    h('span', { class: 'counts' }, texts.join(', ')),
  );
}

const barWidth = 100;

/** Renders the running and pending tasks as a bar. The text beside it says the same. */
function renderTaskBar({ running, desired, pending }: RevisionShare): ComponentChild {
  const unit = barWidth / Math.max(desired, running + pending, 1);
  const bar = (kind: string, x: number, width: number) => h('rect', { class: kind, x, y: 0, width, height: 6 });
  return h(
    'svg',
    { class: 'bar', viewBox: `0 0 ${barWidth} 6`, preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    bar('track', 0, barWidth),
    bar('running', 0, running * unit),
    bar('pending', running * unit, pending * unit),
  );
}

const stepWords = { done: 'done', current: 'now', left: 'next' };
const stepSigns = { done: '✓', current: '▸', left: '·' };

function renderSteps({ steps }: CellProgress): ComponentChild {
  if (steps.length === 0) return null;
  const items = steps.map(({ percent, state }) =>
    h(
      'li',
      { class: state, 'aria-current': state === 'current' ? 'step' : undefined },
      h('span', { 'aria-hidden': 'true' }, stepSigns[state], ' '),
      `${percent} %`,
      h('span', { class: 'for-reader' }, ` ${stepWords[state]}`),
    ),
  );
  return h('ol', { class: 'steps', 'aria-label': 'Steps of the traffic' }, items);
}

function renderWait(
  { for: reason, since, until, otherwise, readAt }: CellWait,
  sentence: string,
  now: number,
): ComponentChild {
  return h(
    'div',
    { class: 'wait' },
    sentence.includes(reason) ? null : h('p', null, h('b', null, 'Waits for '), renderForeign(reason)),
    since === undefined ? null : h('p', null, 'since ', renderTime(since), ', ', renderRelative(since, now)),
    until === undefined ? null : h('p', null, 'until ', renderTime(until), ', ', renderRelative(until, now, 'left')),
    otherwise === undefined ? null : h('p', null, 'then: ', renderForeign(otherwise)),
    readAt === undefined ? null : h('p', { class: 'read' }, 'read ', renderRelative(readAt, now)),
  );
}
