import { styleText } from 'node:util';
import { formatTasksLine } from './task-bars.ts';
import type { WatchEvent } from './watch-event.ts';

type Style = Parameters<typeof styleText>[0];

/** Applies several styles one by one: Node 20 colours a list of styles even if the output is not a terminal. */
const applyStyle = (style: Style, text: string): string =>
  [style].flat().reduceRight((styled, one) => styleText(one, styled), text);

/** Minutes and seconds since the start, as `1:05`. */
export const formatElapsed = (ms: number): string => {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
};

const verdictStyles: Record<string, Style> = { stable: 'green', failed: 'red', superseded: 'yellow' };

/** The text and the style of an event's line. */
function describeEvent(event: WatchEvent): { text: string; style: Style } {
  switch (event.type) {
    case 'started':
      return { text: `Started ${event.execution}`, style: 'bold' };
    case 'state':
      return { text: event.name, style: 'cyan' };
    case 'warning':
      return { text: `Warning: ${event.message}`, style: 'yellow' };
    case 'note':
      return { text: event.message, style: 'reset' };
    case 'tasks':
      return { text: formatTasksLine(event.deployments), style: 'gray' };
    case 'event':
      return { text: event.message, style: 'gray' };
    case 'verdict':
      return {
        text: [`Verdict: ${event.outcome}`, event.message].filter((part) => part !== '').join('. '),
        style: verdictStyles[event.outcome] ?? 'reset',
      };
    case 'stopped':
      return { text: event.message, style: 'bold' };
    case 'ended':
      return {
        text: `${event.result}. ${event.message}`,
        style: ['bold', event.exitCode === 0 ? 'green' : 'red'],
      };
  }
}

const timeColumnWidth = 8;

/** Formats an event for people: the time since `start` (ms since 1970), then the text. Further lines of the text are indented below the first. */
export function formatEventLine(event: WatchEvent, start: number): string {
  const { text, style } = describeEvent(event);
  const time = styleText('gray', formatElapsed(Date.parse(event.at) - start).padStart(timeColumnWidth - 2));
  const [first = '', ...more] = text.trim().split('\n');
  const below = more.map((line) => `${' '.repeat(timeColumnWidth)}${applyStyle(style, line)}`);
  return [`${time}  ${applyStyle(style, first)}`, ...below].join('\n');
}
