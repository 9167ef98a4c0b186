import { z } from 'zod';
import { AwsError } from './aws-error.ts';
import type { Cloud } from './cloud.ts';
import {
  describedGroup,
  groupArn,
  groupOf,
  type LogGroup,
  type LogGroups,
  streamArn,
  streamOf,
} from './logs/groups.ts';
import { listed, page, search } from './logs/read.ts';
import { type Call, operation, type Service } from './service.ts';

const logGroupName = z.string().regex(/^[.\-_/#A-Za-z0-9]{1,512}$/);
const logStreamName = z.string().regex(/^[^:*]{1,512}$/);
const span = {
  startTime: z.int().optional(),
  endTime: z.int().optional(),
  limit: z.int().min(1).max(10_000).default(10_000),
  nextToken: z.string().optional(),
};
const inputs = {
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
  get: z.strictObject({ logGroupName, logStreamName, startFromHead: z.boolean().default(false), ...span }),
  filter: z.strictObject({
    logGroupName,
    logStreamNames: z.array(logStreamName).optional(),
    filterPattern: z.string().default(''),
    interleaved: z.boolean().optional(),
    ...span,
  }),
  retention: z.strictObject({ logGroupName, retentionInDays: z.int().min(1) }),
};

const alreadyExists = (what: string): AwsError =>
  new AwsError('ResourceAlreadyExistsException', `The specified ${what} already exists`);

async function createGroup(groups: LogGroups, name: string, call: Call): Promise<void> {
  const arn = groupArn(call, name);
  await call.allow('logs:CreateLogGroup', arn);
  if (groups.has(arn)) throw alreadyExists('log group');
  groups.set(arn, { logGroupName: name, arn, creationTime: Math.floor(call.cloud.clock.now()), streams: new Map() });
}

async function createStream(groups: LogGroups, input: z.infer<typeof inputs.stream>, call: Call): Promise<void> {
  const arn = streamArn(call, input.logGroupName, input.logStreamName);
  await call.allow('logs:CreateLogStream', arn);
  const { streams } = groupOf(groups, call, input.logGroupName);
  if (streams.has(input.logStreamName)) throw alreadyExists('log stream');
  const creationTime = Math.floor(call.cloud.clock.now());
  streams.set(input.logStreamName, { logStreamName: input.logStreamName, arn, creationTime, events: [] });
}

async function put(groups: LogGroups, input: z.infer<typeof inputs.put>, call: Call) {
  await call.allow('logs:PutLogEvents', streamArn(call, input.logGroupName, input.logStreamName));
  const stream = streamOf(groupOf(groups, call, input.logGroupName), input.logStreamName);
  const ingestionTime = Math.floor(call.cloud.clock.now());
  for (const event of input.logEvents) stream.events.push({ eventId: call.cloud.hex(56), ingestionTime, ...event });
  return { nextSequenceToken: call.cloud.hex(56) };
}

/** CloudWatch Logs: groups, streams and their events, kept until the cloud ends whatever the retention says. */
export function logs(_cloud: Cloud): Service {
  const groups: LogGroups = new Map();
  const allowed = async (call: Call, name: string, action: string): Promise<LogGroup> => {
    await call.allow(action, groupArn(call, name));
    return groupOf(groups, call, name);
  };
  const operations = {
    CreateLogGroup: operation(inputs.group, (input, call) => createGroup(groups, input.logGroupName, call)),
    CreateLogStream: operation(inputs.stream, (input, call) => createStream(groups, input, call)),
    PutLogEvents: operation(inputs.put, (input, call) => put(groups, input, call)),
    PutRetentionPolicy: operation(inputs.retention, async (input, call) => {
      const group = await allowed(call, input.logGroupName, 'logs:PutRetentionPolicy');
      group.retentionInDays = input.retentionInDays;
    }),
    DescribeLogGroups: operation(inputs.groups, async ({ logGroupNamePrefix }, call) => {
      await call.allow('logs:DescribeLogGroups', '*');
      const own = [...groups.values()].filter(({ arn }) => arn.startsWith(groupArn(call, logGroupNamePrefix)));
      return { logGroups: own.map(describedGroup) };
    }),
    DescribeLogStreams: operation(inputs.streams, async (input, call) => ({
      logStreams: listed(await allowed(call, input.logGroupName, 'logs:DescribeLogStreams'), input),
    })),
    GetLogEvents: operation(inputs.get, async (input, call) => {
      await call.allow('logs:GetLogEvents', streamArn(call, input.logGroupName, input.logStreamName));
      return page(streamOf(groupOf(groups, call, input.logGroupName), input.logStreamName), input);
    }),
    FilterLogEvents: operation(inputs.filter, async (input, call) =>
      search(await allowed(call, input.logGroupName, 'logs:FilterLogEvents'), input),
    ),
  };
  return { name: 'logs', protocol: 'json', jsonVersion: '1.1', operations };
}
