import { toFailure } from '../core/errors/aws-failure.ts';
import { escapeLines } from '../core/parsing/escape-texts.ts';
import { type CliContext, type ExitCode, exitCodes } from './context.ts';
import { formatJsonLine } from './json-line.ts';
import { joinLines } from './print-lines.ts';

/** The activity that an AWS error's message names if the caller gave none. */
export const defaultActivity = 'gantry ran';

const exitCodesByFailure: Record<string, ExitCode> = {
  ConfigurationError: exitCodes.mistake,
  RevisionUnavailable: exitCodes.mistake,
  RevisionOutOfSync: exitCodes.superseded,
  PermissionError: exitCodes.unavailable,
  SystemUnavailable: exitCodes.unavailable,
};

/** The exit code and the message for an error that is not the result of a deployment. */
function describeError(error: Error): { exitCode: ExitCode; message: string } {
  const code = exitCodesByFailure[error.name] ?? ('$metadata' in error ? exitCodes.unavailable : undefined);
  return code === undefined
    ? { exitCode: exitCodes.bug, message: error.stack ?? error.message }
    : { exitCode: code, message: error.message };
}

/** Prints an error as text or as a line of JSON, and returns the exit code. */
export function reportError(
  thrown: unknown,
  { adaptMessage, now, out, err, terminal }: Pick<CliContext, 'adaptMessage' | 'now' | 'out' | 'err' | 'terminal'>,
  json: boolean,
): ExitCode {
  const { exitCode, message: text } = describeError(toFailure(thrown, defaultActivity));
  const message = escapeLines(adaptMessage(text));
  if (json) out(formatJsonLine(now(), 'error', { message, exitCode }));
  else err(joinLines([message], { terminal }));
  return exitCode;
}
