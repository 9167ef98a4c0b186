import * as z from 'zod';
import { type CommandProgress, commandProgressSchema } from '../core/model/command-progress.ts';
import type { LogTail } from '../core/model/log-tail.ts';
import type { Target } from '../core/model/release.ts';
import { parseRevisionName } from '../core/parsing/arn.ts';
import { jsonTextSchema } from '../core/parsing/validation.ts';
import { formatTaskUrl } from '../core/release-tasks/messages.ts';
import { type ExitCode, exitCodes } from './context.ts';
import type { ExecutionEnd } from './execution-end.ts';

/** Where the log of a command is: the container of its task, and the revision that configures the container's logging. */
export interface CommandLogSource {
  target: Target;
  task: string;
  container: string;
  revision: string;
}

const dataSchema = jsonTextSchema.pipe(z.object({ command: commandProgressSchema }));

const parseProgress = (data: string | undefined): CommandProgress | undefined =>
  dataSchema.safeParse(data).data?.command;

/** The data of a command's execution that the printed end needs. Empty before the execution's first state has ended. */
export function parseCommandData(data: string | undefined) {
  const progress = parseProgress(data);
  const { taskDefinition, target, container, warnings = [] } = progress ?? {};
  const task = progress !== undefined && 'task' in progress ? progress.task : undefined;
  const isComplete = taskDefinition !== undefined && target !== undefined && container !== undefined;
  const source: CommandLogSource | undefined =
    isComplete && task !== undefined ? { target, task, container, revision: taskDefinition } : undefined;
  return {
    revision: taskDefinition && parseRevisionName(taskDefinition),
    warnings,
    task: source && formatTaskUrl(source.target, source.task),
    source,
  };
}

/** Exit codes of a command that never ran, by the execution's error. Every verb uses the same codes. */
const exitCodesByError: Record<string, ExitCode> = {
  ConfigurationError: exitCodes.mistake,
  PermissionError: exitCodes.unavailable,
  SystemUnavailable: exitCodes.unavailable,
};

const functionErrorSchema = jsonTextSchema.pipe(z.object({ errorMessage: z.string() }));

/** A process's exit status has only eight bits. A container on Windows can have a larger exit code, and such a code must not become 0. */
const toProcessExitCode = (code: number): ExitCode => code & 0xff || exitCodes.unknown;

/** Returns the exit code of the container. If that code is unknown, returns 125, or the code for an error before the start. A failure is never 0. */
function chooseExitCode(progress: CommandProgress | undefined, error: string | undefined): ExitCode {
  const ended = progress?.outcome === 'ended' ? progress : undefined;
  if (ended?.exitCode) return toProcessExitCode(ended.exitCode);
  const hasStarted = progress !== undefined && 'start' in progress && progress.start !== undefined;
  return (hasStarted ? undefined : exitCodesByError[error ?? '']) ?? exitCodes.unknown;
}

/** Returns how a command ended, as text and as JSON, and the last log lines that the execution has recorded. */
export function summarizeCommandEnd({ status = 'UNKNOWN', error, cause }: ExecutionEnd, data: string | undefined) {
  const progress = parseProgress(data);
  const ended = progress?.outcome === 'ended' ? progress : undefined;
  const succeeded = status === 'SUCCEEDED';
  const result = succeeded ? 'Succeeded' : (error ?? (status === 'ABORTED' ? 'Aborted' : status));
  const stopped = 'The execution was stopped. Gantry stops its task within a minute or two.';
  const why = functionErrorSchema.safeParse(cause).data?.errorMessage ?? cause;
  const message =
    ended?.message ?? why ?? (status === 'ABORTED' ? stopped : `The execution ended ${status}; it gave no reason.`);
  const containerExitCode = ended?.exitCode;
  const exitCode = succeeded ? exitCodes.done : chooseExitCode(progress, error);
  const end = { status, result, message, exitCode, ...(containerExitCode !== undefined && { containerExitCode }) };
  const tail: LogTail | undefined = ended?.log;
  return { end, tail };
}
