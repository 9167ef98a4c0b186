import { CloudWatchLogsClient, GetLogEventsCommand, ResourceNotFoundException } from '@aws-sdk/client-cloudwatch-logs';
import type { Target } from '../core/model/release.ts';
import { type ContainerLogStream, findLogStream } from '../core/rollout/log-stream.ts';
import type { TargetSession } from '../core/service/session-policy.ts';
import { createTargetEcsClient } from './ecs.ts';
import { describeTaskDefinition } from './ecs-task-definitions.ts';
import { assumeTargetRole } from './sts.ts';

/** A container of a task, and the revision with its log configuration. */
export interface TaskLogQuery {
  target: Target;
  task: string;
  container: string;
  revision: string;
}

/** Returns the log stream of a container of a task. Undefined if it logs elsewhere, or if the stream's name cannot be derived. */
export async function findTaskLogStream(
  { target, task, container, revision }: TaskLogQuery,
  session: TargetSession,
  now: Date,
): Promise<ContainerLogStream | undefined> {
  const described = await describeTaskDefinition(await createTargetEcsClient(target, session, now), revision);
  const definitions = described?.taskDefinition.containerDefinitions ?? [];
  return findLogStream(definitions, { container, task: task.split('/').at(-1) ?? '', cluster: target.cluster });
}

/** One message of a log stream, and when it was written. */
export interface LogMessage {
  at: Date;
  message: string;
}

/** The maximum number of pages of one read. A page has up to 1 MB (botocore logs, GetLogEvents). */
const maxPages = 10;

/**
 * Returns the messages after a token, or from the beginning, and the next token. Returns no messages while the stream does not exist, because the log driver
 * creates it with the first line. At the end of a stream, the next token is the same as the given token (botocore logs, GetLogEvents `nextForwardToken`).
 */
export async function readNextTaskLogMessages(
  { group, stream, region }: ContainerLogStream,
  { source: { target }, token }: { source: Pick<TaskLogQuery, 'target'>; token?: string | undefined },
  { session, now }: { session: TargetSession; now: Date },
): Promise<{ messages: LogMessage[]; token: string | undefined }> {
  const credentials = await assumeTargetRole(target, session, now);
  const client = new CloudWatchLogsClient({ region: region ?? target.region, credentials });
  const messages: LogMessage[] = [];
  let nextToken = token;
  for (let page = 0; page < maxPages; page += 1) {
    const command = new GetLogEventsCommand({
      logGroupName: group,
      logStreamName: stream,
      startFromHead: true,
      nextToken,
    });
    const answer = await client.send(command).catch((error: unknown) => {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    });
    if (answer === undefined) break;
    messages.push(
      ...(answer.events ?? []).map(({ timestamp = 0, message = '' }) => ({ at: new Date(timestamp), message })),
    );
    if (answer.nextForwardToken === nextToken) break;
    nextToken = answer.nextForwardToken;
  }
  return { messages, token: nextToken };
}
