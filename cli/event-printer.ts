import { stripVTControlCharacters } from 'node:util';
import { escapeTexts } from '../core/parsing/escape-texts.ts';
import type { CliContext } from './context.ts';
import { formatElapsed, formatEventLine } from './event-lines.ts';
import { formatTaskBars } from './task-bars.ts';
import type { EventPrinter, WatchEvent } from './watch-event.ts';

/** Creates a printer of JSON lines, of plain lines, or, on a terminal, of lines above a live display of the current state. Escapes every text of the event, and adapts Gantry's own messages. */
export function createEventPrinter(context: CliContext, json: boolean): EventPrinter {
  const print = choosePrinter(context, json);
  return (event) => print(escapeTexts(adaptEvent(event, context)));
}

/** The message of `event` is a sentence of ECS. */
const adaptEvent = (event: WatchEvent, { adaptMessage }: CliContext): WatchEvent =>
  'message' in event && event.type !== 'event' ? { ...event, message: adaptMessage(event.message) } : event;

function choosePrinter(context: CliContext, json: boolean): EventPrinter {
  if (json) return (event) => context.out(`${JSON.stringify(event)}\n`);
  return context.columns === undefined ? createPlainPrinter(context) : createLivePrinter(context, context.columns);
}

/** Returns when the execution started, by AWS's clock. The local clock, which dates the event `started`, can differ. */
const createStartTracker = (): ((event: WatchEvent) => number) => {
  let start: number | undefined;
  return ({ at, type }) => {
    if (type !== 'started') start ??= Date.parse(at);
    return start ?? Date.parse(at);
  };
};

const createPlainPrinter = (context: CliContext): EventPrinter => {
  const since = createStartTracker();
  return (event) => context.out(`${formatEventLine(event, since(event))}\n`);
};

/** Moves the cursor up this many lines and clears everything below (ECMA-48: CUU, ED). */
const eraseLines = (lines: number): string => (lines === 0 ? '' : `\u001b[${lines}A\u001b[J`);

/** A line that is longer than the terminal is wide would wrap, and `eraseLines` would erase too few lines. */
const truncateLine = (line: string, columns: number): string => [...line].slice(0, columns - 1).join('');

function createLivePrinter(context: CliContext, columns: number): EventPrinter {
  const since = createStartTracker();
  let drawn: string[] = [];
  let state = '';
  let bars: string[] = [];
  return (event) => {
    const start = since(event);
    if (event.type === 'tasks') bars = formatTaskBars(event.deployments);
    if (event.type === 'state') state = event.name;
    const line = event.type === 'tasks' ? '' : `${formatEventLine(event, start)}\n`;
    const isLast = event.type === 'ended' || event.type === 'stopped';
    const before = eraseLines(drawn.length);
    const now = `${state} · ${formatElapsed(Date.parse(event.at) - start)} · Ctrl-C stops watching, not the deployment`;
    drawn = isLast ? [] : [...bars, now].map((text) => truncateLine(`  ${stripVTControlCharacters(text)}`, columns));
    context.out(`${before}${line}${drawn.map((text) => `${text}\n`).join('')}`);
  };
}
