import { type ComponentChild, h } from 'preact';
import type { BoardMetrics } from '../../core/board/metrics-data.ts';
import { renderReleaseOpener } from './buttons.ts';
import { renderForeign } from './foreign-text.ts';
import { formatDay, formatDuration } from './format-time.ts';
import { renderChart } from './render-chart.ts';
import { renderTrend } from './render-trend.ts';
import type { View } from './view.ts';

/** Renders the delivery metrics of all targets, followed by the metrics of each target. */
export const renderMetrics = (view: View): ComponentChild =>
  h(
    'div',
    { class: 'metrics' },
    view.data.metrics.map((metrics) => renderMetricsCard(view, metrics)),
  );

function renderMetricsCard(view: View, metrics: BoardMetrics): ComponentChild {
  const { column, daily } = metrics;
  const title = column === undefined ? 'All targets' : renderForeign(column);
  return h(
    'article',
    { class: 'card', key: column ?? '' },
    h('h3', null, title),
    h(
      'dl',
      null,
      listMetrics(metrics).map(([name, value, trend]) =>
        h('div', null, h('dt', null, name), h('dd', null, value, trend)),
      ),
    ),
    h('figure', null, renderChart(daily), h('figcaption', null, `${metrics.days} days`)),
    renderFailures(view, metrics),
  );
}

/** A metric without data is a dash. */
const formatSeconds = (seconds: number | undefined): string =>
  seconds === undefined ? '–' : formatDuration(seconds * 1000);

function listMetrics(metrics: BoardMetrics): [name: string, value: string, trend?: ComponentChild][] {
  const { deployments, deploymentsPerWeek, failureRate, leadTimeSeconds, recoverySeconds, daily } = metrics;
  const lead = daily.map((day) => day.leadTimeSeconds);
  const recovery = daily.map((day) => day.recoverySeconds);
  return [
    ['Deployments', deployments === 0 ? '0' : `${deployments}, ${deploymentsPerWeek.toFixed(1)} a week`],
    ['Lead time', formatSeconds(leadTimeSeconds), renderTrend('Lead time', lead)],
    ['Failure rate', failureRate === undefined ? '–' : `${Math.round(failureRate * 100)} %`],
    ['Recovery time', formatSeconds(recoverySeconds), renderTrend('Recovery time', recovery)],
  ];
}

const mostFailures = 8;

function renderFailures(view: View, { daily }: BoardMetrics): ComponentChild {
  const failures = daily.flatMap(({ day, failed }) => failed.map((id) => ({ day, id }))).toReversed();
  if (failures.length === 0) return h('p', { class: 'failures' }, 'No failure.');
  const shown = failures.slice(0, mostFailures).map(({ day, id }) => {
    const line = view.data.latest.find((one) => one.id === id);
    const date = formatDay(day);
    const label = line === undefined ? date : [date, ' ', renderForeign(line.target)];
    return h('li', { key: id }, renderReleaseOpener(view, id, label));
  });
  const left = failures.length - shown.length;
  return h(
    'div',
    { class: 'failures' },
    h('h4', null, 'Failures'),
    h('ul', null, shown, left > 0 ? h('li', null, `and ${left} earlier`) : null),
  );
}
