import { CloudWatchLogsClient, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { ContainerLogStream } from '../core/rollout/log-stream.ts';
import { logTailLimits } from '../core/rollout/log-tail.ts';
import type { SessionCredentials } from './sts.ts';

/** How long to wait for CloudWatch Logs, in ms. */
const timeoutMs = 5_000;

/** Returns the newest messages of a log stream, oldest first. */
export async function readLastLogMessages(
  { group, stream }: ContainerLogStream,
  region: string,
  credentials: SessionCredentials,
): Promise<string[]> {
  const client = new CloudWatchLogsClient({ region, credentials });
  const command = new GetLogEventsCommand({
    logGroupName: group,
    logStreamName: stream,
    limit: logTailLimits.lines,
    startFromHead: false,
  });
  const { events = [] } = await client.send(command, { abortSignal: AbortSignal.timeout(timeoutMs) });
  return events.flatMap(({ message }) => message ?? []);
}
