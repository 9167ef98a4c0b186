import { escapeTexts } from '../core/parsing/escape-texts.ts';
import type { CliContext } from './context.ts';
import { adaptHook } from './describe-hook.ts';
import { formatEventLine } from './event-lines.ts';
import { createLineFilter } from './line-filter.ts';
import { createLivePrinter } from './live-printer.ts';
import { initialState, trackEvent } from './live-state.ts';
import type { EventPrinter, WatchEvent } from './watch-event.ts';

/** Creates a printer of JSON lines, of plain lines, or, on a terminal, of lines above a live display of the current state. Escapes every text of the event, and adapts Gantry's own messages. */
export function createEventPrinter(context: CliContext, json: boolean): EventPrinter {
  const print = choosePrinter(context, json);
  return Object.assign((event: WatchEvent) => print(escapeTexts(adaptEvent(event, context))), {
    refresh: print.refresh,
  });
}

/** The message of `event` is a sentence of ECS, so it is not adapted. A hook can contain the command that answers it. */
function adaptEvent(event: WatchEvent, context: CliContext): WatchEvent {
  if (event.type === 'progress') return { ...event, waiting: event.waiting.map((hook) => adaptHook(hook, context)) };
  return 'message' in event && event.type !== 'event' && event.type !== 'log'
    ? { ...event, message: context.adaptMessage(event.message) }
    : event;
}

function choosePrinter(context: CliContext, json: boolean): EventPrinter {
  if (json) return (event) => context.out(`${JSON.stringify(event)}\n`);
  return context.terminal?.canRedraw ? createLivePrinter(context, context.terminal) : createPlainPrinter(context);
}

const createPlainPrinter = (context: CliContext): EventPrinter => {
  const selectLine = createLineFilter();
  let live = initialState;
  return (event) => {
    live = trackEvent(live, event);
    const shown = selectLine(event);
    if (shown !== undefined) context.out(`${formatEventLine(shown, live.start, context.terminal?.size().columns)}\n`);
  };
};
