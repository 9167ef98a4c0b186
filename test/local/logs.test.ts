import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  PutLogEventsCommand,
  PutRetentionPolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { expect, test } from 'vitest';
import { logs } from '../../local/logs.ts';
import { buildAccountId, region, startCloud, testAccountId as testAccount } from '../start.ts';

const { clock, as } = await startCloud(logs);
const client = new CloudWatchLogsClient(as(buildAccountId));
const at = clock.now();

const write = async (logGroupName: string, logStreamName: string, messages: string[]) => {
  const name = { logGroupName, logStreamName };
  await client.send(new CreateLogGroupCommand({ logGroupName }));
  await client.send(new CreateLogStreamCommand(name));
  const logEvents = messages.map((message, index) => ({ timestamp: at + index, message }));
  await client.send(new PutLogEventsCommand({ ...name, logEvents }));
  return name;
};

const messages = ({ events = [] }: { events?: { message?: string | undefined }[] | undefined }) =>
  events.map(({ message }) => message);

test('a group and its streams are described with their times, retention and size', async () => {
  const name = await write('/described', 'one', ['a', 'bc']);
  await client.send(new PutRetentionPolicyCommand({ logGroupName: '/described', retentionInDays: 7 }));
  const { logGroups } = await client.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/desc' }));
  const logGroupArn = `arn:aws:logs:${region}:${buildAccountId}:log-group:/described`;
  expect(logGroups).toMatchObject([{ logGroupArn, arn: `${logGroupArn}:*`, retentionInDays: 7, storedBytes: 3 }]);
  const { logStreams } = await client.send(new DescribeLogStreamsCommand({ logGroupName: '/described' }));
  expect(logStreams).toMatchObject([
    { logStreamName: name.logStreamName, firstEventTimestamp: at, lastEventTimestamp: at + 1, creationTime: at },
  ]);
});

test('streams are sorted by name or by their last event, up to the limit', async () => {
  const logGroupName = '/ordered';
  await write(logGroupName, 'a', ['x', 'y']);
  for (const logStreamName of ['c', 'b']) {
    await client.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
    const logEvents = [{ timestamp: logStreamName === 'c' ? at + 5 : at, message: 'x' }];
    await client.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
  }
  const names = async (asked: { orderBy?: 'LastEventTime'; descending?: boolean; limit?: number }) =>
    (await client.send(new DescribeLogStreamsCommand({ logGroupName, ...asked }))).logStreams?.map(
      ({ logStreamName }) => logStreamName,
    );
  expect(await names({})).toEqual(['a', 'b', 'c']);
  expect(await names({ orderBy: 'LastEventTime', descending: true })).toEqual(['c', 'a', 'b']);
  expect(await names({ orderBy: 'LastEventTime', descending: true, limit: 1 })).toEqual(['c']);
});

test('another account sees nothing of it', async () => {
  await write('/own', 'one', ['a']);
  const other = new CloudWatchLogsClient(as(testAccount));
  expect((await other.send(new DescribeLogGroupsCommand({}))).logGroups).toEqual([]);
});

test('pages go forward from the head, and the last token is returned again at the end', async () => {
  const name = await write('/forward', 'one', ['a', 'b', 'c']);
  const first = await client.send(new GetLogEventsCommand({ ...name, limit: 2, startFromHead: true }));
  const second = await client.send(new GetLogEventsCommand({ ...name, limit: 2, nextToken: first.nextForwardToken }));
  const third = await client.send(new GetLogEventsCommand({ ...name, limit: 2, nextToken: second.nextForwardToken }));
  expect([first, second, third].map(messages)).toEqual([['a', 'b'], ['c'], []]);
  expect(third.nextForwardToken).toBe(second.nextForwardToken);
});

test('pages go backward from the tail', async () => {
  const name = await write('/backward', 'one', ['a', 'b', 'c']);
  const last = await client.send(new GetLogEventsCommand({ ...name, limit: 2 }));
  const before = await client.send(new GetLogEventsCommand({ ...name, limit: 2, nextToken: last.nextBackwardToken }));
  expect([last, before].map(messages)).toEqual([['b', 'c'], ['a']]);
});

test.each([
  ['no pattern', undefined, ['ERROR disk full', 'INFO ok', 'ERROR disk slow']],
  ['one word', 'ERROR', ['ERROR disk full', 'ERROR disk slow']],
  ['two words, both needed', 'ERROR slow', ['ERROR disk slow']],
  ['a phrase', '"disk full"', ['ERROR disk full']],
  ['a word in another case', 'error', []],
])('events are found by %s', async (title, filterPattern, found) => {
  const { logGroupName } = await write(`/filter/${title.replace(/\W/g, '-')}`, 'one', [
    'ERROR disk full',
    'INFO ok',
    'ERROR disk slow',
  ]);
  expect(messages(await client.send(new FilterLogEventsCommand({ logGroupName, filterPattern })))).toEqual(found);
});

test('events are found in a time span, excluding its end, page by page', async () => {
  const { logGroupName } = await write('/span', 'one', ['a', 'b', 'c', 'd']);
  const asked = { logGroupName, startTime: at + 1, endTime: at + 3, limit: 1 };
  const first = await client.send(new FilterLogEventsCommand(asked));
  const second = await client.send(new FilterLogEventsCommand({ ...asked, nextToken: first.nextToken }));
  expect([messages(first), messages(second), second.nextToken]).toEqual([['b'], ['c'], undefined]);
});

test('a pattern that is not covered is refused and not ignored', async () => {
  const { logGroupName } = await write('/pattern', 'one', ['a']);
  const asked = new FilterLogEventsCommand({ logGroupName, filterPattern: '{ $.level = "ERROR" }' });
  await expect(client.send(asked)).rejects.toMatchObject({ name: 'NotCovered' });
});

const present = { logGroupName: '/words', logStreamName: 'one' };
const nowhere = { logGroupName: '/words', logStreamName: 'two' };
test("what exists already, or is missing, is refused with AWS's message", async () => {
  await write('/words', 'one', ['a']);
  await expect(client.send(new CreateLogGroupCommand({ logGroupName: '/words' }))).rejects.toMatchObject({
    name: 'ResourceAlreadyExistsException',
    message: 'The specified log group already exists',
  });
  await expect(client.send(new CreateLogStreamCommand(present))).rejects.toMatchObject({
    name: 'ResourceAlreadyExistsException',
    message: 'The specified log stream already exists',
  });
  await expect(client.send(new GetLogEventsCommand(nowhere))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: 'The specified log stream does not exist.',
  });
  await expect(client.send(new GetLogEventsCommand({ ...present, logGroupName: '/none' }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: 'The specified log group does not exist.',
  });
});
