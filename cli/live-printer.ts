import { formatEventLine } from './event-lines.ts';
import { createLineFilter } from './line-filter.ts';
import { formatLiveLines } from './live-lines.ts';
import { initialState, trackEvent } from './live-state.ts';
import type { Terminal } from './terminal.ts';
import type { EventPrinter, WatchClock, WatchEvent } from './watch-event.ts';
import { countRows } from './wrap-text.ts';

/** Moves the cursor up this many lines and clears everything below (ECMA-48: CUU, ED). */
const eraseLines = (lines: number): string => (lines === 0 ? '' : `\u001b[${lines}A\r\u001b[J`);

/** How many rows the drawn lines take now. A terminal wraps commands. If it became narrower, it wraps all lines. */
const countDrawnLines = (drawn: string[], columns: number): number =>
  drawn.reduce((sum, line) => sum + countRows(line, columns), 0);

/** Prints events as lines. Below the lines it shows what is in progress, and redraws that part with each event and each second. */
export function createLivePrinter({ out }: { out(text: string): void }, terminal: Terminal): EventPrinter {
  const selectLine = createLineFilter();
  let live = initialState;
  let drawn: string[] = [];
  const redraw = (lines: string, clock: WatchClock): void => {
    const size = terminal.size();
    const before = eraseLines(countDrawnLines(drawn, size.columns));
    drawn = live.isOver ? [] : formatLiveLines(live, clock, size);
    out(`${before}${lines}${drawn.map((text) => `${text}\n`).join('')}`);
  };
  const print = (event: WatchEvent): void => {
    live = trackEvent(live, event);
    const shown = event.type === 'tasks' ? undefined : selectLine(event);
    const line = shown === undefined ? '' : `${formatEventLine(shown, live.start, terminal.size().columns)}\n`;
    redraw(line, { now: Date.parse(event.at), silentMs: 0 });
  };
  const refresh = (clock: WatchClock): void => {
    if (drawn.length > 0) redraw('', clock);
  };
  return Object.assign(print, { refresh });
}
