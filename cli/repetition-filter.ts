import type { WatchEvent } from './watch-event.ts';

/** Removes the lines of a message that were printed before. */
const removeLines = (message: string, printed: string[]): string =>
  message
    .split('\n')
    .filter((line) => !printed.includes(line))
    .join('\n');

/**
 * Returns a function that removes what a person has read already: from the end of an execution what its verdict said, and the verdict of a rollback, which
 * repeats why it was started. Undefined if nothing is left of an event.
 */
export function createRepetitionFilter(): (event: WatchEvent) => WatchEvent | undefined {
  const notes = new Set<string>();
  let printed: string[] = [];
  return (event) => {
    if (event.type === 'note') notes.add(event.message);
    if (event.type === 'verdict' && notes.has(event.message)) return undefined;
    if (event.type === 'verdict') printed = event.message.split('\n');
    if (event.type !== 'ended') return event;
    return { ...event, message: removeLines(event.message, printed) || 'The reason is above.' };
  };
}
