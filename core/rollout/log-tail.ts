import * as z from 'zod';
import { escapeUnprintable, truncateText } from '../parsing/display-text.ts';
import type { RawContainer } from '../task-definition/raw.ts';
import type { LogTail, StoppedTask } from './observation.ts';
import { findFailedContainers, isTaskFailure } from './stopped-task.ts';

/** Enough to recognise an error by, and little enough to leave room for the rest of the reason. */
export const logTailLimits = { lines: 10, characters: 1000, line: 300 };

/** Where a container that failed has logged to. */
export interface ContainerLogStream {
  container: string;
  task: string;
  group: string;
  stream: string;
  /** Absent: the task's own Region. */
  region?: string | undefined;
}

const awslogsSchema = z.object({
  logDriver: z.literal('awslogs'),
  options: z.object({
    'awslogs-group': z.string(),
    // Without a prefix the stream is named after a container id that only the host knows (ECS developer guide, using_awslogs).
    'awslogs-stream-prefix': z.string(),
    'awslogs-region': z.string().optional(),
  }),
});

/** The log of the container that brought down the task that failed last; undefined where none failed or it logs elsewhere. `containers`: of its revision. */
export function findFailedLogStream(tasks: StoppedTask[], containers: RawContainer[]): ContainerLogStream | undefined {
  const [task] = tasks
    .filter(isTaskFailure)
    .toSorted((a, b) => (b.stoppedAt?.getTime() ?? 0) - (a.stoppedAt?.getTime() ?? 0));
  const name = task && findFailedContainers(task)[0]?.name;
  const configuration = containers.find((container) => container.name === name)?.logConfiguration;
  const { options } = awslogsSchema.safeParse(configuration).data ?? {};
  if (task === undefined || name === undefined || options === undefined) return undefined;
  const id = task.arn.split('/').at(-1) ?? '';
  return {
    container: name,
    task: id,
    group: options['awslogs-group'],
    // `PREFIX/CONTAINER/TASK` (ECS developer guide, using_awslogs).
    stream: `${options['awslogs-stream-prefix']}/${name}/${id}`,
    region: options['awslogs-region'],
  };
}

/** Colours and other orders to a terminal (ECMA-48, CSI sequences), which only clutter a text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is how such an order begins
const ansiSequences = /\u001b\[[0-9;?]*[ -/]*[@-~]/g;

const cleanLine = (message: string): string =>
  truncateText(
    escapeUnprintable(message.trimEnd().replace(ansiSequences, '').replaceAll('\t', '  ')),
    logTailLimits.line,
  );

/** The last lines that fit, in plain text. `messages`: the newest last. */
export function createLogTail({ container, task }: ContainerLogStream, messages: string[]): LogTail | undefined {
  const lines: string[] = [];
  let room = logTailLimits.characters;
  const all = messages.flatMap((message) => message.trimEnd().split(/\r?\n/)).map(cleanLine);
  for (const line of all.filter((text) => text !== '').reverse()) {
    room -= line.length;
    if (room < 0 || lines.length === logTailLimits.lines) break;
    lines.unshift(line);
  }
  return lines.length === 0 ? undefined : { container, task, lines };
}
