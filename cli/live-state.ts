import type { WatchEvent } from './watch-event.ts';

/** What is in progress, according to the events so far. */
export interface LiveState {
  /** When the execution started, in ms since 1970, by AWS's clock as soon as it is known. */
  start: number;
  isStartKnown: boolean;
  state: string;
  tasks?: Extract<WatchEvent, { type: 'tasks' }> | undefined;
  progress?: Extract<WatchEvent, { type: 'progress' }> | undefined;
  /** The newest death for the cause that stopped the most tasks. */
  deaths?: Extract<WatchEvent, { type: 'task-stopped' }> | undefined;
  bake?: Extract<WatchEvent, { type: 'bake' }> | undefined;
  /** True once the verdict was printed, because the verdict says how far the deployment came. */
  isJudged: boolean;
  isOver: boolean;
}

export const initialState: LiveState = { start: 0, isStartKnown: false, state: '', isJudged: false, isOver: false };

/** The times of the event `started`, and of notes before the first state, are by the local clock. That clock can differ from AWS's. */
function trackStart(
  { start, isStartKnown }: LiveState,
  { at, type }: WatchEvent,
): Pick<LiveState, 'start' | 'isStartKnown'> {
  return isStartKnown
    ? { start, isStartKnown }
    : { start: Date.parse(at), isStartKnown: type !== 'started' && type !== 'note' };
}

const isInProgress = ({ status }: Extract<WatchEvent, { type: 'progress' }>): boolean =>
  status === 'PENDING' || status === 'IN_PROGRESS';

/** Returns what is in progress after an event. */
export function trackEvent(before: LiveState, event: WatchEvent): LiveState {
  const after = { ...before, ...trackStart(before, event) };
  switch (event.type) {
    case 'state':
      return { ...after, state: event.name };
    case 'tasks':
      return { ...after, tasks: event };
    case 'progress':
      // After a verdict, only a deployment that restores a revision is in progress.
      return { ...after, progress: before.isJudged && !isInProgress(event) ? undefined : event };
    case 'task-stopped':
      return { ...after, deaths: event.count >= (before.deaths?.count ?? 0) ? event : before.deaths };
    case 'bake':
      return { ...after, bake: event };
    case 'verdict':
      return { ...after, isJudged: true, bake: undefined, progress: undefined };
    case 'ended':
    case 'stopped':
      return { ...after, isOver: true };
    default:
      return after;
  }
}
