import { type ExitCode, exitCodes } from './context.ts';
import { parseWatchedData } from './watched-data.ts';

/** The fields of Step Functions' description of an execution that say how it ended. */
export interface ExecutionEnd {
  status?: string | undefined;
  output?: string | undefined;
  error?: string | undefined;
  cause?: string | undefined;
}

/** Exit codes by the execution's error (core/errors/failure.ts). A ConfigurationError changed nothing; after RevisionOutOfSync the service belongs to another deployment. */
const exitCodesByError: Record<string, ExitCode> = {
  ConfigurationError: exitCodes.mistake,
  RevisionOutOfSync: exitCodes.superseded,
};

/** Returns how a deployment ended, for people and for scripts. */
export function summarizeEnd({ status = 'UNKNOWN', output, error, cause }: ExecutionEnd) {
  if (status === 'SUCCEEDED') {
    const { report, decision } = parseWatchedData(output);
    const message = report?.message ?? decision?.reason ?? 'There was nothing to do.';
    const done = decision?.do === 'nothing' ? ('nothing' as const) : undefined;
    return { status, result: 'Succeeded', ...(done && { done }), message, exitCode: exitCodes.done };
  }
  const result = error ?? (status === 'ABORTED' ? 'Aborted' : status);
  const message = cause ?? `The execution ended ${status}; it gave no reason.`;
  return { status, result, message, exitCode: exitCodesByError[error ?? ''] ?? exitCodes.failed };
}
