import { exitCodes } from './context.ts';

/** Ends the process without an error message if the program that reads its output has ended, such as `head`. Exit listeners still remove temporary folders. */
function exitIfClosed(error: Error): void {
  if (!('code' in error && error.code === 'EPIPE')) throw error;
  process.exit(exitCodes.closed);
}

/** Lets the process end with its own exit code if the program that reads its output ends. Without this listener, Node prints a stack trace. */
export function exitOnClosedOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.once('error', exitIfClosed);
}
