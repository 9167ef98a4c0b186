import { AwsError } from '../aws-error.ts';
import { type CloudWatchLogStream, type LogEvent, type LogGroup, logStreamView } from './groups.ts';

interface TimeRange {
  startTime?: number | undefined;
  endTime?: number | undefined;
}

interface PageRequest extends TimeRange {
  limit: number;
  nextToken?: string | undefined;
}

const isWithin =
  ({ startTime = 0, endTime = Number.POSITIVE_INFINITY }: TimeRange) =>
  ({ timestamp }: LogEvent): boolean =>
    timestamp >= startTime && timestamp < endTime;

const logEventView = ({ eventId, ...event }: LogEvent) => event;

/**
 * Returns a token: `f/` or `b/` with 56 digits, as in AWS; at the end of a stream the same token is returned again (botocore
 * logs GetLogEvents).
 */
const pageToken = (direction: 'f' | 'b', place: number): string => `${direction}/${String(place).padStart(56, '0')}`;

/** Returns one page of a stream. `startFromHead` decides where the first page begins, and a token decides the direction of the next page. */
export function pageLogEvents(stream: CloudWatchLogStream, request: PageRequest & { startFromHead: boolean }) {
  const events = stream.events.filter(isWithin(request));
  const start = pageBounds(events.length, request);
  const end = Math.min(start.to, events.length);
  return {
    events: events.slice(start.from, end).map(logEventView),
    nextForwardToken: pageToken('f', end),
    nextBackwardToken: pageToken('b', start.from),
  };
}

function pageBounds(length: number, { limit, nextToken, startFromHead }: PageRequest & { startFromHead: boolean }) {
  const [, direction, place = '0'] = /^([fb])\/(\d+)$/.exec(nextToken ?? '') ?? [];
  if (nextToken !== undefined && direction === undefined)
    throw new AwsError('InvalidParameterException', 'The specified nextToken is invalid.');
  const forward = direction === undefined ? startFromHead : direction === 'f';
  const edge = direction === undefined ? (startFromHead ? 0 : length) : Number(place);
  return forward ? { from: edge, to: edge + limit } : { from: Math.max(0, edge - limit), to: edge };
}

/**
 * Compiles a pattern such as `"a phrase" word`: an event must contain every term, with the same case
 * (docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html).
 */
function compileFilterPattern(pattern: string): (event: LogEvent) => boolean {
  if (/^\s*[{[%]|(^|\s)[-?]/.test(pattern))
    throw new AwsError('NotCovered', `The embedded AWS filters by words and "phrases" only, not by ${pattern}`, 501);
  const terms = [...pattern.matchAll(/"([^"]*)"|(\S+)/g)].map(([, phrase, word]) => phrase ?? word ?? '');
  return ({ message }) => terms.every((term) => message.includes(term));
}

/** Returns the matching events of a group's streams, by time; `nextToken` counts the events already returned. */
export function filterLogEvents(
  group: LogGroup,
  request: PageRequest & { logStreamNames?: string[] | undefined; filterPattern: string },
) {
  const streams = [...group.streams.values()].filter(
    ({ logStreamName }) => request.logStreamNames?.includes(logStreamName) ?? true,
  );
  const found = streams.flatMap(({ logStreamName, events }) =>
    events
      .filter(isWithin(request))
      .filter(compileFilterPattern(request.filterPattern))
      .map((event) => ({ logStreamName, ...event })),
  );
  const from = Number(request.nextToken ?? 0);
  const end = from + request.limit;
  return {
    events: found.sort((a, b) => a.timestamp - b.timestamp).slice(from, end),
    searchedLogStreams: [],
    ...(end < found.length ? { nextToken: String(end) } : {}),
  };
}

interface ListRequest {
  logStreamNamePrefix: string;
  orderBy: 'LogStreamName' | 'LastEventTime';
  descending: boolean;
  limit: number;
}

/** Returns the first streams of a group in the requested order, in the format of DescribeLogStreams. */
export function listLogStreams(group: LogGroup, { logStreamNamePrefix, orderBy, descending, limit }: ListRequest) {
  const last = (stream: CloudWatchLogStream): number => stream.events.at(-1)?.timestamp ?? 0;
  const found = [...group.streams.values()].filter((stream) => stream.logStreamName.startsWith(logStreamNamePrefix));
  found.sort((a, b) =>
    orderBy === 'LastEventTime' ? last(a) - last(b) : a.logStreamName.localeCompare(b.logStreamName),
  );
  return (descending ? found.reverse() : found).slice(0, limit).map(logStreamView);
}
