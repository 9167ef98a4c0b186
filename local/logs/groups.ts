import { AwsError } from '../aws-error.ts';
import type { Call } from '../cloud.ts';
import { placeOf, regionalArn } from '../partition.ts';

export interface LogEvent {
  eventId: string;
  timestamp: number;
  ingestionTime: number;
  message: string;
}

export interface CloudWatchLogStream {
  logStreamName: string;
  arn: string;
  creationTime: number;
  events: LogEvent[];
}

export interface LogGroup {
  logGroupName: string;
  arn: string;
  creationTime: number;
  retentionInDays?: number;
  streams: Map<string, CloudWatchLogStream>;
}

/** The log groups of all accounts and Regions, by ARN. */
export type LogGroups = Map<string, LogGroup>;

export const logGroupArn = (call: Call, name: string): string =>
  regionalArn('logs', placeOf(call), `log-group:${name}`);

export const logStreamArn = (call: Call, group: string, stream: string): string =>
  `${logGroupArn(call, group)}:log-stream:${stream}`;

/** Returns the caller's group with this name; throws ResourceNotFoundException. */
export function getLogGroup(groups: LogGroups, call: Call, name: string): LogGroup {
  const group = groups.get(logGroupArn(call, name));
  if (group === undefined) throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
  return group;
}

/** Returns a stream of a group; throws ResourceNotFoundException. */
export function getLogStream(group: LogGroup, name: string): CloudWatchLogStream {
  const stream = group.streams.get(name);
  if (stream === undefined) throw new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.');
  return stream;
}

/** Returns a group in the format of DescribeLogGroups; `arn` ends with `:*`, `logGroupArn` does not (botocore logs LogGroup). */
export const logGroupView = ({ streams, arn, ...group }: LogGroup) => ({
  ...group,
  arn: `${arn}:*`,
  logGroupArn: arn,
  logGroupClass: 'STANDARD',
  metricFilterCount: 0,
  storedBytes: [...streams.values()].flatMap(({ events }) => events).reduce(addBytes, 0),
});

const addBytes = (sum: number, { message }: LogEvent): number => sum + Buffer.byteLength(message);

/** Returns a stream in the format of DescribeLogStreams; the times of its events are included only if it has any. */
export function logStreamView({ events, ...stream }: CloudWatchLogStream) {
  const [first, last] = [events[0], events.at(-1)];
  const times = first &&
    last && {
      firstEventTimestamp: first.timestamp,
      lastEventTimestamp: last.timestamp,
      lastIngestionTime: last.ingestionTime,
    };
  return { ...stream, storedBytes: 0, ...times };
}
