import { CloudWatchLogsClient, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { type LogStream, longestTail } from '../core/rollout/log-tail.ts';
import type { Credentials } from './sts.ts';

/** A log that does not answer is not waited for; in ms. */
const patience = 5_000;

/** The newest messages of a log stream, the newest last. */
export async function lastMessages(
  { group, stream }: LogStream,
  region: string,
  credentials: Credentials,
): Promise<string[]> {
  const client = new CloudWatchLogsClient({ region, credentials });
  const command = new GetLogEventsCommand({
    logGroupName: group,
    logStreamName: stream,
    limit: longestTail.lines,
    startFromHead: false,
  });
  const { events = [] } = await client.send(command, { abortSignal: AbortSignal.timeout(patience) });
  return events.flatMap(({ message }) => message ?? []);
}
