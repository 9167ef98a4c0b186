import { type ComponentChild, h } from 'preact';
import { formatDuration } from './format-time.ts';

const height = 16;
const dayWidth = 2;

/**
 * Renders the daily medians of a length of time in seconds as dots. A day without a median has no dot. With fewer than two medians, renders nothing,
 * because there is nothing to compare.
 */
export function renderTrend(name: string, values: (number | undefined)[]): ComponentChild {
  const known = values.filter((value) => value !== undefined);
  if (known.length < 2) return null;
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const scale = (height - 3) / Math.max(most, 1);
  const label = `${name} on ${known.length} days: ${formatDuration(least * 1000)} to ${formatDuration(most * 1000)}.`;
  return h(
    'svg',
    {
      class: 'trend',
      viewBox: `0 0 ${values.length * dayWidth} ${height}`,
      role: 'img',
      'aria-label': label,
    },
    values.map((value, index) =>
      value === undefined
        ? null
        : h('circle', { cx: index * dayWidth + 1, cy: Math.round(10 * (height - 1.5 - value * scale)) / 10, r: 1.5 }),
    ),
  );
}
