import { isCommandExecution } from '../core/config/resource-names.ts';

/** Returns the ARN of the entry machine's execution that started a command; the command's own execution if no entry machine did. */
const findEntryExecution = (execution: string): string =>
  execution.replace(/:([^:]+-run):([a-z][a-z0-9-]*)_([^:]+)$/, ':$1_$2:$3');

/**
 * Returns the message after Ctrl-C: the execution continues, and the message says how to watch it again. For a command, the message also says how to stop the
 * execution.
 */
export function formatStopMessage(execution: string): string {
  const again = `to watch it again: gantry watch ${execution}`;
  if (!isCommandExecution(execution)) return `Stopped watching. The deployment continues; ${again}`;
  const stop = `aws stepfunctions stop-execution --execution-arn ${findEntryExecution(execution)}`;
  return `Stopped watching. The command continues; ${again}\nTo stop the command: ${stop}`;
}
