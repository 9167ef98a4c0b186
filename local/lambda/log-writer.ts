import type { InstalledFunction } from './functions.ts';
import { functionLogGroup } from './log.ts';

export interface LogLine {
  timestamp: number;
  message: string;
}

/**
 * Returns a writer that sends one environment's lines to CloudWatch Logs as the function's own role, batch after batch. It
 * creates the stream, and the group if it is missing. Without the permissions the log is lost silently, as on AWS.
 */
export function createLogWriter(fn: InstalledFunction, logStreamName: string): (lines: LogLine[]) => void {
  const { cloud, region, roleArn, name } = fn;
  if (!cloud.services.has('logs')) return () => undefined;
  const logGroupName = functionLogGroup(name);
  const as = { caller: cloud.iam.session(roleArn, name), region };
  const write = (operation: string, input: object) => cloud.invoke('logs', operation, input, as);
  const createStream = () => write('CreateLogStream', { logGroupName, logStreamName });
  const createBoth = () => write('CreateLogGroup', { logGroupName }).then(createStream);

  let delivered: Promise<unknown> = createStream().catch(createBoth);
  delivered.catch(() => undefined);
  return (logEvents) => {
    delivered = delivered.then(() => write('PutLogEvents', { logGroupName, logStreamName, logEvents }));
    cloud.clock.freezeDuring(delivered).catch(() => undefined);
  };
}
