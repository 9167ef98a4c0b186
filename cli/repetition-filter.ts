import type { WatchEvent } from './watch-event.ts';

/** Removes the lines of a message that were printed before. */
const removeLines = (message: string, printed: string[]): string =>
  message
    .split('\n')
    .filter((line) => !printed.includes(line))
    .join('\n');

/** Returns a function that removes from the end of an execution what its verdict said already: a person reads it once, and sees at the end where the service is. */
export function createRepetitionFilter(): (event: WatchEvent) => WatchEvent {
  let printed: string[] = [];
  return (event) => {
    if (event.type === 'verdict') printed = event.message.split('\n');
    if (event.type !== 'ended') return event;
    return { ...event, message: removeLines(event.message, printed) || 'The reason is above.' };
  };
}
