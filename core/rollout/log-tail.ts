import type { LogTail } from '../model/log-tail.ts';
import { escapeUnprintable, shortenMiddle } from '../parsing/display-text.ts';
import type { RawContainer } from '../task-definition/raw.ts';
import { findFailedContainer, sortContainersByDefinition } from './failed-container.ts';
import { type ContainerLogStream, findLogStream } from './log-stream.ts';
import type { StoppedTask } from './observed-task.ts';
import { redactSecrets } from './redact-secrets.ts';
import { taskEndTimeOf } from './stop-texts.ts';
import { isFailureOfRelease } from './stopped-task.ts';

/** The maximum length: enough to recognise an error, and short enough to leave room for the rest of the reason. */
export const logTailLimits = { lines: 10, characters: 1000, line: 300 };

/**
 * Returns the log of the container that made the last failed task stop; undefined if no task failed, or if the container logs elsewhere. `definitions`: the
 * containers of its revision.
 */
export function findLogStreamOfFailedContainer(
  tasks: StoppedTask[],
  { definitions, cluster }: { definitions: RawContainer[]; cluster: string },
): ContainerLogStream | undefined {
  const [task] = tasks
    .filter(isFailureOfRelease)
    .toSorted((a, b) => (taskEndTimeOf(b)?.getTime() ?? 0) - (taskEndTimeOf(a)?.getTime() ?? 0));
  const name = task && findFailedContainer(sortContainersByDefinition(task, definitions))?.name;
  if (task === undefined || name === undefined) return undefined;
  return findLogStream(definitions, { container: name, task: task.arn.split('/').at(-1) ?? '', cluster });
}

/** Matches colours and other control sequences of a terminal (ECMA-48, CSI), which make a text hard to read. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: such a sequence begins with a control character
const ansiSequences = /\u001b\[[0-9;?]*[ -/]*[@-~]/g;

/** Removes control sequences of a terminal, so that colours in the middle of a key cannot hide the key. */
const cleanLine = (message: string): string => message.trimEnd().replace(ansiSequences, '').replaceAll('\t', '  ');

/** Returns the last lines that fit, in plain text. `messages`: newest last. */
export function createLogTail({ container, task, read }: ContainerLogStream, messages: string[]): LogTail | undefined {
  const lines: string[] = [];
  let room = logTailLimits.characters;
  const texts = messages.flatMap((message) => read(message) ?? []);
  const cleaned = texts.flatMap((message) => message.trimEnd().split(/\r?\n/)).map(cleanLine);
  const all = redactSecrets(cleaned).map((line) => shortenMiddle(escapeUnprintable(line), logTailLimits.line));
  for (const line of all.filter((text) => text !== '').reverse()) {
    room -= line.length;
    if (room < 0 || lines.length === logTailLimits.lines) break;
    lines.unshift(line);
  }
  return lines.length === 0 ? undefined : { container, task, lines };
}
