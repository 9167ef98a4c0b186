import type { CliContext } from './context.ts';
import type { EventPrinter, WatchClock } from './watch-event.ts';

/** Between two changes of the clock on a terminal, in milliseconds. */
const tickMs = 1000;

/** Lets the clock on a terminal advance while work is in progress, also while AWS does not answer. Returns the result of the work. */
export function withLiveClock<T>(
  { terminal }: CliContext,
  print: EventPrinter,
  { read, work }: { read(): WatchClock; work(): Promise<T> },
): Promise<T> {
  const stop = terminal?.every(tickMs, () => print.refresh?.(read()));
  return work().finally(stop);
}
