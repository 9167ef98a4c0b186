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
 * Returns a function that chooses what a person reads as a line; undefined for nothing. Of many deaths for one cause some are left out, a sentence of ECS
 * that it repeats, and progress that changes no word. The end of an execution omits what its verdict and its warnings
 * said: a person reads the reason once, and at the end where the service is.
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
        // The verdict of a rollback repeats why it was started.
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
