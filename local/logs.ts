import { z } from 'zod';
import { AwsError } from './aws-error.ts';
import type { AwsService, Call, Cloud } from './cloud.ts';
import { defineOperation } from './define-operation.ts';
import {
  getLogGroup,
  getLogStream,
  type LogGroup,
  type LogGroups,
  logGroupArn,
  logGroupView,
  logStreamArn,
} from './logs/groups.ts';
import { filterLogEvents, listLogStreams, pageLogEvents } from './logs/read.ts';

const logGroupName = z.string().regex(/^[.\-_/#A-Za-z0-9]{1,512}$/);
const logStreamName = z.string().regex(/^[^:*]{1,512}$/);
const timeRangeFields = {
  startTime: z.int().optional(),
  endTime: z.int().optional(),
  limit: z.int().min(1).max(10_000).default(10_000),
  nextToken: z.string().optional(),
};
const schemas = {
  group: z.strictObject({ logGroupName }),
  groups: z.strictObject({ logGroupNamePrefix: z.string().default('') }),
  stream: z.strictObject({ logGroupName, logStreamName }),
  streams: z.strictObject({
    logGroupName,
    logStreamNamePrefix: z.string().default(''),
    orderBy: z.enum(['LogStreamName', 'LastEventTime']).default('LogStreamName'),
    descending: z.boolean().default(false),
    limit: z.int().min(1).max(50).default(50),
  }),
  put: z.strictObject({
    logGroupName,
    logStreamName,
    logEvents: z
      .array(z.strictObject({ timestamp: z.int().min(0), message: z.string().min(1) }))
      .min(1)
      .max(10_000),
  }),
  get: z.strictObject({ logGroupName, logStreamName, startFromHead: z.boolean().default(false), ...timeRangeFields }),
  filter: z.strictObject({
    logGroupName,
    logStreamNames: z.array(logStreamName).optional(),
    filterPattern: z.string().default(''),
    interleaved: z.boolean().optional(),
    ...timeRangeFields,
  }),
  retention: z.strictObject({ logGroupName, retentionInDays: z.int().min(1) }),
};

const alreadyExists = (what: string): AwsError =>
  new AwsError('ResourceAlreadyExistsException', `The specified ${what} already exists`);

async function deleteLogGroup(groups: LogGroups, name: string, call: Call): Promise<void> {
  await call.allow('logs:DeleteLogGroup', logGroupArn(call, name));
  groups.delete(getLogGroup(groups, call, name).arn);
}

async function createLogGroup(groups: LogGroups, name: string, call: Call): Promise<void> {
  const arn = logGroupArn(call, name);
  await call.allow('logs:CreateLogGroup', arn);
  if (groups.has(arn)) throw alreadyExists('log group');
  groups.set(arn, { logGroupName: name, arn, creationTime: Math.floor(call.cloud.clock.now()), streams: new Map() });
}

async function createLogStream(groups: LogGroups, input: z.infer<typeof schemas.stream>, call: Call): Promise<void> {
  const arn = logStreamArn(call, input.logGroupName, input.logStreamName);
  await call.allow('logs:CreateLogStream', arn);
  const { streams } = getLogGroup(groups, call, input.logGroupName);
  if (streams.has(input.logStreamName)) throw alreadyExists('log stream');
  const creationTime = Math.floor(call.cloud.clock.now());
  streams.set(input.logStreamName, { logStreamName: input.logStreamName, arn, creationTime, events: [] });
}

async function putLogEvents(groups: LogGroups, input: z.infer<typeof schemas.put>, call: Call) {
  await call.allow('logs:PutLogEvents', logStreamArn(call, input.logGroupName, input.logStreamName));
  const stream = getLogStream(getLogGroup(groups, call, input.logGroupName), input.logStreamName);
  const ingestionTime = Math.floor(call.cloud.clock.now());
  for (const event of input.logEvents) stream.events.push({ eventId: call.cloud.hex(56), ingestionTime, ...event });
  return { nextSequenceToken: call.cloud.hex(56) };
}

/** CloudWatch Logs: groups, streams and their events, kept until the cloud ends, regardless of the retention setting. */
export function logs(_cloud: Cloud): AwsService {
  const groups: LogGroups = new Map();
  const allowed = async (call: Call, name: string, action: string): Promise<LogGroup> => {
    await call.allow(action, logGroupArn(call, name));
    return getLogGroup(groups, call, name);
  };
  const operations = {
    CreateLogGroup: defineOperation(schemas.group, (input, call) => createLogGroup(groups, input.logGroupName, call)),
    DeleteLogGroup: defineOperation(schemas.group, (input, call) => deleteLogGroup(groups, input.logGroupName, call)),
    CreateLogStream: defineOperation(schemas.stream, (input, call) => createLogStream(groups, input, call)),
    PutLogEvents: defineOperation(schemas.put, (input, call) => putLogEvents(groups, input, call)),
    PutRetentionPolicy: defineOperation(schemas.retention, async (input, call) => {
      const group = await allowed(call, input.logGroupName, 'logs:PutRetentionPolicy');
      group.retentionInDays = input.retentionInDays;
    }),
    DescribeLogGroups: defineOperation(schemas.groups, async ({ logGroupNamePrefix }, call) => {
      await call.allow('logs:DescribeLogGroups', '*');
      const own = [...groups.values()].filter(({ arn }) => arn.startsWith(logGroupArn(call, logGroupNamePrefix)));
      return { logGroups: own.map(logGroupView) };
    }),
    DescribeLogStreams: defineOperation(schemas.streams, async (input, call) => ({
      logStreams: listLogStreams(await allowed(call, input.logGroupName, 'logs:DescribeLogStreams'), input),
    })),
    GetLogEvents: defineOperation(schemas.get, async (input, call) => {
      await call.allow('logs:GetLogEvents', logStreamArn(call, input.logGroupName, input.logStreamName));
      return pageLogEvents(getLogStream(getLogGroup(groups, call, input.logGroupName), input.logStreamName), input);
    }),
    FilterLogEvents: defineOperation(schemas.filter, async (input, call) =>
      filterLogEvents(await allowed(call, input.logGroupName, 'logs:FilterLogEvents'), input),
    ),
  };
  return { name: 'logs', protocol: 'json', jsonVersion: '1.1', operations };
}
