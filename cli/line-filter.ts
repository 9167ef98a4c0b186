import { isDeathPrinted } from './death-lines.ts';
import { formatProgress } from './progress-lines.ts';
import type { WatchEvent } from './watch-event.ts';

/** Removes the lines of a message that were printed before. */
const removeLines = (message: string, printed: string[]): string =>
  message
    .split('\n')
    .filter((line) => !printed.includes(line))
    .join('\n');

/**
 * Returns a function that chooses which events a person reads as lines. It returns undefined for an event that it omits: some of many deaths for one cause, a
 * sentence that ECS repeats, and progress whose text has not changed. It also removes the lines of the verdict and the warnings from the message of the
 * execution's end, so that a person reads each reason once.
 */
export function createLineFilter(): (event: WatchEvent) => WatchEvent | undefined {
  const notes = new Set<string>();
  const printed: string[] = [];
  let said = '';
  let progress = '';
  return (event) => {
    switch (event.type) {
      case 'event': {
        const before = said;
        said = event.message;
        return said === before ? undefined : event;
      }
      case 'task-stopped':
        return isDeathPrinted(event) ? event : undefined;
      case 'progress': {
        const before = progress;
        progress = formatProgress(event, Date.parse(event.at));
        return progress === before || progress === '' ? undefined : event;
      }
      case 'note':
        notes.add(event.message);
        return event;
      case 'verdict':
        // The verdict of a rollback repeats the reason for which the rollback was started.
        if (notes.has(event.message)) return undefined;
        printed.push(...event.message.split('\n'));
        return event;
      case 'warning':
        printed.push(...event.message.split('\n'));
        return event;
      case 'ended':
        return { ...event, message: removeLines(event.message, printed) || 'The reason is above.' };
      default:
        return event;
    }
  };
}
