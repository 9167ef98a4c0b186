import { stripVTControlCharacters, styleText } from 'node:util';
import { formatBakeProgress } from '../core/rollout/bake-sentence.ts';
import { formatElapsed } from './clock-text.ts';
import { containsCopiedText } from './copied-text.ts';
import { formatDeaths } from './death-lines.ts';
import type { LiveState } from './live-state.ts';
import { formatSteps, formatWaits, isGoingForward } from './progress-lines.ts';
import { shortenArnsForPeople } from './short-arns.ts';
import { formatTaskBars } from './task-bars.ts';
import type { TerminalSize } from './terminal.ts';
import type { WatchClock } from './watch-event.ts';
import { countRows, cutToWidth, measureWidth, wrapText } from './wrap-text.ts';

/** AWS answers within a second, and the next poll begins two seconds later. After a longer silence, the display says that AWS does not answer. */
export const awsSilenceMs = 15_000;

const hint = 'Ctrl-C only stops watching';

/** Puts the hint at the end of the line if it fits. */
const withHint = (line: string, columns: number): string =>
  measureWidth(line) + measureWidth(hint) + 3 <= columns ? `${line} · ${styleText('gray', hint)}` : line;

function describeState({ state, bake, progress }: LiveState, now: number): string {
  if (bake !== undefined) return `${formatBakeProgress(bake)} (${formatElapsed(Date.parse(bake.until) - now)} left)`;
  return (isGoingForward(progress) ? progress?.stage : undefined) ?? state;
}

function formatStateLine(live: LiveState, { now, silentMs }: WatchClock, columns: number): string {
  const elapsed = formatElapsed(now - live.start);
  const line = [elapsed, describeState(live, now)].filter((part) => part !== '').join(' · ');
  if (silentMs < awsSilenceMs) return withHint(line, columns);
  return `${elapsed} · ${styleText('yellow', `AWS has not answered for ${formatElapsed(silentMs)}`)}`;
}

/** Sentences are wrapped, so that each is readable. A table is cut at the terminal's width. */
const wrapLive = (line: string, width: number): string[] => wrapText(shortenArnsForPeople(line), width, 2).split('\n');

const formatProgressLines = ({ progress }: LiveState, now: number, width: number): string[] =>
  progress === undefined
    ? []
    : [...formatSteps(progress, now), ...formatWaits(progress, now)].flatMap((line) => wrapLive(line, width));

/**
 * Formats the work in progress as lines that fit into the terminal, because a line that wrapped or scrolled away could not be redrawn. Keeps the last line if
 * there is no room for all of them.
 */
export function formatLiveLines(live: LiveState, clock: WatchClock, { columns, rows }: TerminalSize): string[] {
  const width = Math.max(1, columns - 1);
  const lines = [
    '',
    ...formatTaskBars(live.tasks?.deployments ?? [], width - 2),
    ...(live.deaths === undefined ? [] : [styleText('red', shortenArnsForPeople(formatDeaths(live.deaths)))]),
    ...formatProgressLines(live, clock.now, width - 2),
  ];
  const last = formatStateLine(live, clock, width - 2);
  return [...keepWhatFits(lines.map(fitLine(width)), { columns, rows: rows - 2 }), fitLine(width)(last)];
}

/** Indents a line and cuts it to the width. A command to copy stays whole: the terminal wraps it, and live-printer.ts counts its rows. */
const fitLine =
  (width: number) =>
  (line: string): string => {
    if (line === '') return '';
    return containsCopiedText(stripVTControlCharacters(line)) ? `  ${line}` : cutToWidth(`  ${line}`, width);
  };

/** The first lines that fit into the terminal. */
function keepWhatFits(lines: string[], { columns, rows }: TerminalSize): string[] {
  let left = rows;
  const end = lines.findIndex((line) => {
    left -= countRows(line, columns);
    return left < 0;
  });
  return end < 0 ? lines : lines.slice(0, end);
}
