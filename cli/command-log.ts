import { findTaskLogStream, readNextTaskLogMessages } from '../aws/task-log.ts';
import { toFailure } from '../core/errors/aws-failure.ts';
import { Failure } from '../core/errors/failure.ts';
import type { ContainerLogStream } from '../core/rollout/log-stream.ts';
import type { CommandLogSource } from './command-end.ts';
import type { CliContext } from './context.ts';
import type { WatchEvent } from './watch-event.ts';

/** A log that is followed. */
export interface CommandLog {
  source: CommandLogSource;
  /** Absent before the first read. */
  stream?: ContainerLogStream | undefined;
  /** Where the next read begins. */
  token?: string | undefined;
  isReadable: boolean;
  hasLines: boolean;
}

/** The session in the target account, with a name that CloudTrail shows. */
const logSession = { execution: 'gantry-command-line', access: 'view log' as const };

export const createCommandLog = (source: CommandLogSource): CommandLog => ({
  source,
  isReadable: true,
  hasLines: false,
});

/** The new lines of a log, or why the log cannot be read. */
interface NewLines {
  events: WatchEvent[];
  problem?: string | undefined;
}

/** Returns the lines since the last read. If the log cannot be read, prints the reason once, because the command continues without its log. */
export async function readNewLines(log: CommandLog, { now }: CliContext): Promise<NewLines> {
  if (!log.isReadable) return { events: [] };
  const { container } = log.source;
  try {
    log.stream ??= await findTaskLogStream(log.source, logSession, now());
    if (log.stream === undefined)
      return giveUp(log, 'it is not in CloudWatch Logs, or the name of its stream is not known');
    const events = await readEvents(log, log.stream, now());
    log.hasLines ||= events.length > 0;
    return { events };
  } catch (error) {
    const failure = toFailure(error, `reading the log of ${container}`);
    if (failure instanceof Failure && failure.name === 'SystemUnavailable') throw failure;
    return giveUp(log, failure.message);
  }
}

async function readEvents(log: CommandLog, stream: ContainerLogStream, now: Date): Promise<WatchEvent[]> {
  const { container } = log.source;
  const { messages, token } = await readNextTaskLogMessages(stream, log, { session: logSession, now });
  log.token = token;
  return messages.flatMap(({ at, message }) =>
    (stream.read(message) ?? '')
      .split(/\r?\n/)
      .filter((line) => line.trim() !== '')
      .map((line): WatchEvent => ({ at: at.toISOString(), type: 'log', container, message: line.trimEnd() })),
  );
}

function giveUp(log: CommandLog, why: string): NewLines {
  log.isReadable = false;
  return { events: [], problem: `The log of ${log.source.container} cannot be followed: ${why}` };
}
