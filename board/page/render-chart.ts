import { type ComponentChild, h } from 'preact';
import type { DailyCount } from '../../core/board/metrics-data.ts';
import { formatForeign } from './foreign-text.ts';

const height = 32;
const dayWidth = 4;
const barWidth = 3;

/** Renders the deployments of each day as bars. Failed deployments are below the line, so that their position as well as their colour tells them apart. */
export function renderChart(daily: DailyCount[]): ComponentChild {
  const highest = Math.max(1, ...daily.map(({ succeeded }) => succeeded));
  const deepest = Math.max(1, ...daily.map(({ failed }) => failed.length));
  const unit = height / (highest + deepest);
  const line = highest * unit;
  const width = Math.max(daily.length, 1) * dayWidth;
  return h(
    'svg',
    { class: 'chart', viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': describeDays(daily) },
    daily.map(({ succeeded, failed }, index) => [
      renderBar('succeeded', index, line - succeeded * unit, succeeded * unit),
      renderBar('failed', index, line, failed.length * unit),
    ]),
    h('rect', { class: 'axis', x: 0, y: line - 0.25, width, height: 0.5 }),
  );
}

const renderBar = (kind: string, index: number, y: number, length: number): ComponentChild =>
  length === 0 ? null : h('rect', { class: kind, x: index * dayWidth, y, width: barWidth, height: length });

/** Says in words what the chart shows. */
export function describeDays(daily: DailyCount[]): string {
  const sum = (count: (day: DailyCount) => number) => daily.reduce((total, day) => total + count(day), 0);
  const [succeeded, failed] = [sum((day) => day.succeeded), sum((day) => day.failed.length)];
  const days = daily
    .filter((day) => day.failed.length > 0)
    .map(({ day, failed: ids }) => `${formatForeign(day)}: ${ids.length}`);
  const failures = days.length === 0 ? 'none failed' : `${failed} failed (${days.slice(-10).join(', ')})`;
  return `Deployments on each of ${daily.length} days: ${succeeded} succeeded, ${failures}.`;
}
