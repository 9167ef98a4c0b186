import { type ExitCode, exitCodes } from './context.ts';
import { parseWatchedData } from './watched-data.ts';

/** An execution as Step Functions describes it, as far as its end is told by it. */
export interface ExecutionEnd {
  status?: string | undefined;
  output?: string | undefined;
  error?: string | undefined;
  cause?: string | undefined;
}

/** By the word that the execution failed with (core/errors/failure.ts): a mistake touched nothing, and what is out of sync is another's by now. */
const exitCodesByError: Record<string, ExitCode> = {
  ConfigurationError: exitCodes.mistake,
  RevisionOutOfSync: exitCodes.superseded,
};

/** How a deployment ended, for people and for scripts. */
export function summarizeEnd({ status = 'UNKNOWN', output, error, cause }: ExecutionEnd) {
  if (status === 'SUCCEEDED') {
    const { report, decision } = parseWatchedData(output);
    const message = report?.message ?? decision?.reason ?? 'Nothing was left to do.';
    return { status, result: 'Succeeded', message, exitCode: exitCodes.done };
  }
  const result = error ?? (status === 'ABORTED' ? 'Aborted' : status);
  const message = cause ?? `The execution ended ${status}; it gave no reason.`;
  return { status, result, message, exitCode: exitCodesByError[error ?? ''] ?? exitCodes.failed };
}
