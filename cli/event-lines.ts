import { styleText } from 'node:util';
import { formatTasksLine } from './task-bars.ts';
import type { WatchEvent } from './watch-event.ts';

type Style = Parameters<typeof styleText>[0];

/** Minutes and seconds since the beginning, as `1:05`. */
export const formatElapsed = (ms: number): string => {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
};

const verdictStyles: Record<string, Style> = { stable: 'green', failed: 'red', superseded: 'yellow' };

/** What a happening says to a person, and in which style. */
function describeEvent(happening: WatchEvent): { text: string; style: Style } {
  switch (happening.type) {
    case 'started':
      return { text: `Started ${happening.execution}`, style: 'bold' };
    case 'state':
      return { text: happening.name, style: 'cyan' };
    case 'warning':
      return { text: `Warning: ${happening.message}`, style: 'yellow' };
    case 'note':
      return { text: happening.message, style: 'reset' };
    case 'tasks':
      return { text: formatTasksLine(happening.deployments), style: 'gray' };
    case 'event':
      return { text: happening.message, style: 'gray' };
    case 'verdict':
      return {
        text: [`Verdict: ${happening.outcome}`, happening.message].filter((part) => part !== '').join('. '),
        style: verdictStyles[happening.outcome] ?? 'reset',
      };
    case 'stopped':
      return { text: happening.message, style: 'bold' };
    case 'ended':
      return {
        text: `${happening.result}. ${happening.message}`,
        style: ['bold', happening.exitCode === 0 ? 'green' : 'red'],
      };
  }
}

const timeColumnWidth = 8;

/** The line for a person: time since `start` (ms since 1970), then the words; further lines of a text stand under its first. */
export function formatEventLine(happening: WatchEvent, start: number): string {
  const { text, style } = describeEvent(happening);
  const time = styleText('gray', formatElapsed(Date.parse(happening.at) - start).padStart(timeColumnWidth - 2));
  const [first = '', ...more] = text.trim().split('\n');
  const below = more.map((line) => `${' '.repeat(timeColumnWidth)}${styleText(style, line)}`);
  return [`${time}  ${styleText(style, first)}`, ...below].join('\n');
}
