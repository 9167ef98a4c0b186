import { styleText } from 'node:util';
import { isRollbackExecution } from '../core/config/resource-names.ts';
import { formatBakeProgress } from '../core/rollout/bake-sentence.ts';
import { formatElapsed } from './clock-text.ts';
import { formatDeath } from './death-lines.ts';
import { formatProgress } from './progress-lines.ts';
import { shortenArnsForPeople, shortenTaskLists } from './short-arns.ts';
import { formatTasksLine } from './task-bars.ts';
import type { WatchEvent } from './watch-event.ts';
import { chooseIndent, wrapText } from './wrap-text.ts';

type Style = Parameters<typeof styleText>[0];

/** Applies several styles one by one. If it got a list of styles, Node 20 would colour the text even if the output is not a terminal. */
const applyStyle = (style: Style, text: string): string =>
  [style].flat().reduceRight((styled, one) => styleText(one, styled), text);

const verdictStyles: Record<string, Style> = { stable: 'green', failed: 'red', superseded: 'yellow' };

/** The text and the style of an event's line. */
export function describeEvent(event: WatchEvent): { text: string; style: Style } {
  switch (event.type) {
    case 'started':
      return {
        text: `Started ${isRollbackExecution(event.execution) ? 'the rollback ' : ''}${event.execution}`,
        style: 'bold',
      };
    case 'state':
      return { text: event.name, style: 'cyan' };
    case 'warning':
      return { text: `Warning: ${event.message}`, style: 'yellow' };
    case 'note':
      return { text: event.message, style: 'reset' };
    case 'tasks':
      return { text: formatTasksLine(event.deployments), style: 'gray' };
    case 'event':
      return { text: shortenTaskLists(event.message), style: 'gray' };
    case 'task-stopped':
      return { text: formatDeath(event), style: 'red' };
    case 'progress':
      return { text: formatProgress(event, Date.parse(event.at)), style: 'cyan' };
    case 'bake':
      return { text: `${formatBakeProgress(event)}.`, style: 'green' };
    case 'log':
      return { text: event.message, style: 'reset' };
    case 'verdict':
      return {
        text: [`Verdict: ${event.outcome}`, event.message].filter((part) => part !== '').join('. '),
        style: verdictStyles[event.outcome] ?? 'reset',
      };
    case 'stopped':
      return { text: event.message, style: 'bold' };
    case 'ended':
      return {
        text: `${labelEnd(event)}. ${event.message}`.trimEnd(),
        style: ['bold', event.exitCode === 0 ? 'green' : 'red'],
      };
  }
}

/** Describes how an execution ended. A reader must be able to tell the end of a rollback from the end of a deployment. */
function labelEnd({ execution, result, done }: Extract<WatchEvent, { type: 'ended' }>): string {
  if (!isRollbackExecution(execution)) return result;
  if (result === 'RevisionOutOfSync') return 'Rollback superseded';
  if (result !== 'Succeeded') return `Rollback failed (${result})`;
  return done === 'nothing' ? 'Nothing to roll back' : 'Rollback succeeded';
}

const timeColumnWidth = 8;

const styleLines = (style: Style, text: string): string => text.replace(/\S.*/g, (line) => applyStyle(style, line));

/** Below this width, the time has no column of its own. */
const isNarrow = (columns: number): boolean => chooseIndent(timeColumnWidth, columns) < timeColumnWidth;

/**
 * Formats an event for people: the time since `start` (ms since 1970), followed by the text, with shortened ARNs. Further lines of the text are indented below
 * the first. On a terminal of `columns` columns, longer lines are wrapped.
 */
export function formatEventLine(event: WatchEvent, start: number, columns?: number): string {
  const described = describeEvent(event);
  // The output of a container stays as it is.
  const text = event.type === 'log' ? described.text : shortenArnsForPeople(described.text.trim());
  const time = formatElapsed(Date.parse(event.at) - start);
  if (columns !== undefined && isNarrow(columns))
    return styleLines(described.style, wrapText(`${time} ${text}`, columns, chooseIndent(timeColumnWidth, columns)));
  const indented =
    columns === undefined
      ? text.replaceAll('\n', `\n${' '.repeat(timeColumnWidth)}`)
      : wrapText(text, columns, timeColumnWidth);
  const gap = ' '.repeat(Math.max(1, Math.min(2, timeColumnWidth - time.length)));
  return `${styleText('gray', time.padStart(timeColumnWidth - 2))}${gap}${styleLines(described.style, indented)}`;
}
