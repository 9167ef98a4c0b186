import type { WatchEvent } from './watch-event.ts';

/** What is in progress, as far as the events so far tell. */
export interface LiveState {
  /** When the execution started, in ms since 1970, by AWS's clock as soon as it is known. */
  start: number;
  isStartKnown: boolean;
  state: string;
  tasks?: Extract<WatchEvent, { type: 'tasks' }> | undefined;
  bake?: Extract<WatchEvent, { type: 'bake' }> | undefined;
  isOver: boolean;
}

export const initialState: LiveState = { start: 0, isStartKnown: false, state: '', isOver: false };

/** The local clock, which dates the event `started`, can differ from AWS's. */
function trackStart(
  { start, isStartKnown }: LiveState,
  { at, type }: WatchEvent,
): Pick<LiveState, 'start' | 'isStartKnown'> {
  return isStartKnown ? { start, isStartKnown } : { start: Date.parse(at), isStartKnown: type !== 'started' };
}

/** Returns what is in progress after an event. */
export function trackEvent(before: LiveState, event: WatchEvent): LiveState {
  const after = { ...before, ...trackStart(before, event) };
  switch (event.type) {
    case 'state':
      return { ...after, state: event.name };
    case 'tasks':
      return { ...after, tasks: event };
    case 'bake':
      return { ...after, bake: event };
    case 'verdict':
      return { ...after, bake: undefined };
    case 'ended':
    case 'stopped':
      return { ...after, isOver: true };
    default:
      return after;
  }
}
