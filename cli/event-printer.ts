import { escapeTexts } from '../core/parsing/escape-texts.ts';
import type { CliContext } from './context.ts';
import { formatEventLine } from './event-lines.ts';
import { createLivePrinter } from './live-printer.ts';
import { initialState, trackEvent } from './live-state.ts';
import { createRepetitionFilter } from './repetition-filter.ts';
import type { EventPrinter, WatchEvent } from './watch-event.ts';

/** Creates a printer of JSON lines, of plain lines, or, on a terminal, of lines above a live display of the current state. Escapes every text of the event, and adapts Gantry's own messages. */
export function createEventPrinter(context: CliContext, json: boolean): EventPrinter {
  const print = choosePrinter(context, json);
  const omitRepeated = json ? (event: WatchEvent) => event : createRepetitionFilter();
  const printEvent = (event: WatchEvent): void => {
    const left = omitRepeated(escapeTexts(adaptEvent(event, context)));
    if (left !== undefined) print(left);
  };
  return Object.assign(printEvent, { refresh: print.refresh });
}

/** The message of `event` is a sentence of ECS. */
const adaptEvent = (event: WatchEvent, { adaptMessage }: CliContext): WatchEvent =>
  'message' in event && event.type !== 'event' && event.type !== 'log'
    ? { ...event, message: adaptMessage(event.message) }
    : event;

function choosePrinter(context: CliContext, json: boolean): EventPrinter {
  if (json) return (event) => context.out(`${JSON.stringify(event)}\n`);
  return context.terminal === undefined ? createPlainPrinter(context) : createLivePrinter(context, context.terminal);
}

const createPlainPrinter = (context: CliContext): EventPrinter => {
  let live = initialState;
  return (event) => {
    live = trackEvent(live, event);
    context.out(`${formatEventLine(event, live.start)}\n`);
  };
};
