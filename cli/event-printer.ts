import { stripVTControlCharacters } from 'node:util';
import type { CliContext } from './context.ts';
import { formatElapsed, formatEventLine } from './event-lines.ts';
import { formatTaskBars } from './task-bars.ts';
import type { EventPrinter, WatchEvent } from './watch-event.ts';

/** How a watcher is told: JSON lines, plain lines, or on a terminal lines with what goes on now drawn beneath them. */
export function createEventPrinter(world: CliContext, json: boolean): EventPrinter {
  if (json) return (happening) => world.out(`${JSON.stringify(happening)}\n`);
  return world.columns === undefined ? createPlainPrinter(world) : createLivePrinter(world, world.columns);
}

/** When it began, in AWS's time: our own clock, which says when we asked, may differ. */
const createStartTracker = (): ((happening: WatchEvent) => number) => {
  let start: number | undefined;
  return ({ at, type }) => {
    if (type !== 'started') start ??= Date.parse(at);
    return start ?? Date.parse(at);
  };
};

const createPlainPrinter = (world: CliContext): EventPrinter => {
  const since = createStartTracker();
  return (happening) => world.out(`${formatEventLine(happening, since(happening))}\n`);
};

/** Up so many lines and clear from there on (ECMA-48: CUU, ED). */
const eraseLines = (lines: number): string => (lines === 0 ? '' : `\u001b[${lines}A\u001b[J`);

/** A line that is longer than the terminal is wide would wrap, and be counted wrongly. */
const truncateLine = (line: string, columns: number): string => [...line].slice(0, columns - 1).join('');

function createLivePrinter(world: CliContext, columns: number): EventPrinter {
  const since = createStartTracker();
  let drawn: string[] = [];
  let state = '';
  let bars: string[] = [];
  return (happening) => {
    const start = since(happening);
    if (happening.type === 'tasks') bars = formatTaskBars(happening.deployments);
    if (happening.type === 'state') state = happening.name;
    const line = happening.type === 'tasks' ? '' : `${formatEventLine(happening, start)}\n`;
    const over = happening.type === 'ended' || happening.type === 'stopped';
    const before = eraseLines(drawn.length);
    const now = `${state} · ${formatElapsed(Date.parse(happening.at) - start)} · Ctrl-C stops watching, not the deployment`;
    drawn = over ? [] : [...bars, now].map((text) => truncateLine(`  ${stripVTControlCharacters(text)}`, columns));
    world.out(`${before}${line}${drawn.map((text) => `${text}\n`).join('')}`);
  };
}
