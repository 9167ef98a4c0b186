import * as z from 'zod';
import type { Failure } from '../errors/failure.ts';
import type { CommandProgress, PlannedCommand } from '../model/command-progress.ts';
import type { LogTail } from '../model/log-tail.ts';
import { parseRevisionName } from '../parsing/arn.ts';
import { escapeUnprintable, shortenArns } from '../parsing/display-text.ts';
import { jsonTextSchema } from '../parsing/validation.ts';
import type { CommandRequest } from '../request/command.ts';
import { familyOfRevision } from '../task-definition/raw.ts';
import { formatDuration, formatTaskUrl } from './messages.ts';
import type { TaskResult } from './record.ts';
import type { CommandRevision } from './running-revision.ts';

const minuteMs = 60_000;

/** How much longer than its time limit a command can take, in ms. Gantry needs this time to stop the task, or to wait for AWS to answer. */
const maxExtraMs = 20 * minuteMs;

/** The name of a command's task in its record and in `startedBy`. */
export const commandTaskName = 'command';

/** Returns the plan of a command. `woken`: whether the event about its end reaches Gantry. */
export const planCommand = (
  { target, container, command, timeoutMinutes }: CommandRequest,
  { taskDefinition, warnings }: CommandRevision,
  { woken, now }: { woken: boolean; now: Date },
): PlannedCommand => ({
  target,
  container,
  command,
  timeoutMinutes,
  taskDefinition,
  woken,
  warnings,
  since: now.toISOString(),
  until: new Date(now.getTime() + timeoutMinutes * minuteMs + maxExtraMs).toISOString(),
});

/** Returns only the plan of a command, without the results of checks. */
export const selectPlannedCommand = (given: PlannedCommand): PlannedCommand => ({
  target: given.target,
  container: given.container,
  command: given.command,
  timeoutMinutes: given.timeoutMinutes,
  taskDefinition: given.taskDefinition,
  woken: given.woken,
  warnings: given.warnings,
  since: given.since,
  until: given.until,
});

/** Returns the progress of a command whose task has ended. */
export function createCommandEnd(
  planned: PlannedCommand,
  { start, task, result }: { start: string; task?: string | undefined; result: TaskResult },
  log: LogTail | undefined,
): CommandProgress {
  const { outcome, exitCode, endedAt, how } = result;
  const after = formatDuration(Date.parse(endedAt) - Date.parse(start));
  const what = `The command on ${parseRevisionName(planned.taskDefinition)}`;
  const ended = outcome === 'succeeded' ? 'succeeded' : (how ?? 'failed');
  const lines = [`${what} ${ended} (after ${after}).`];
  if (task !== undefined) lines.push(`Task ${shortenArns(task)}: ${formatTaskUrl(planned.target, task)}`);
  const message = lines.map(escapeUnprintable).join('\n');
  const plan = selectPlannedCommand(planned);
  return { ...plan, outcome: 'ended', result: outcome, error: 'JobFailed', message, exitCode, start, task, log };
}

const commandDataSchema = jsonTextSchema.pipe(z.object({ command: z.object({ taskDefinition: z.string() }) }));

/** Returns the family of the revision that a command runs, from the JSON of its states' data; undefined if no revision was chosen. */
export const tryParseCommandFamily = (data: string | undefined): string | undefined => {
  const found = commandDataSchema.safeParse(data).data?.command.taskDefinition;
  return found && familyOfRevision(found);
};

/** Returns the progress of a command that cannot run, or whose end cannot be known. */
export const createCommandFailure = ({ type: error, message }: Failure, planned?: PlannedCommand): CommandProgress => ({
  ...(planned && selectPlannedCommand(planned)),
  outcome: 'ended',
  result: 'failed',
  error,
  message,
});
