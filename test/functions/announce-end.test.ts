import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { LedgerEntry } from '../../core/reporting/ledger.ts';
import { listPublishedMessages, sns } from '../../local/sns.ts';
import { buildAccountId } from '../start.ts';
import { createLedgerTable } from './ledger-table.ts';
import { executionArn } from './target-account.ts';

const { cloud, as, put, without } = await createLedgerTable(sns);
const owner = new SNSClient(as(buildAccountId));
const { handler: announceEnd } = await import('../../functions/announce-end.ts');

const topics = { EMAIL_TOPIC: '', CHAT_TOPIC: '' };
beforeAll(async () => {
  for (const name of ['EMAIL_TOPIC', 'CHAT_TOPIC'] as const)
    topics[name] = (await owner.send(new CreateTopicCommand({ Name: name }))).TopicArn!;
});
afterEach(() => {
  for (const name of Object.keys(topics)) delete process.env[name];
});

const entry: LedgerEntry = {
  version: '1',
  kind: 'deploy',
  execution: executionArn('announced'),
  service: { account: '222222222222', region: 'eu-west-1', cluster: 'web-shop', name: 'web' },
  target: 'test/web',
  source: { type: 'hand', by: 'ada' },
  images: [],
  before: 'arn:aws:ecs:eu-west-1:222222222222:task-definition/web:12',
  after: 'arn:aws:ecs:eu-west-1:222222222222:task-definition/web:13',
  start: '2026-11-23T09:00:00.000Z',
  end: '2026-11-23T09:04:00.000Z',
  result: 'RolledBack',
  reason: 'It does not stay up.',
};
const eventWith = (changes: Partial<LedgerEntry> = {}) => ({
  source: 'gantry',
  account: buildAccountId,
  'detail-type': 'Gantry Deployment Rolled Back',
  detail: { ...entry, ...changes },
});

/** Runs the function, and returns the messages that it published and the metrics that it logged. */
async function announce(event: unknown, environment: Partial<typeof topics> = {}) {
  Object.assign(process.env, environment, { POWERTOOLS_LOG_LEVEL: 'INFO' });
  const before = listPublishedMessages(cloud).length;
  const lines: string[] = [];
  const { write } = process.stdout;
  process.stdout.write = ((chunk: string) => lines.push(String(chunk)) > 0) as typeof write;
  const error = await announceEnd(event, {})
    .then(
      () => undefined,
      (thrown: Error) => thrown,
    )
    .finally(() => {
      process.stdout.write = write;
      process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
    });
  const metrics = lines
    .join('')
    .split('\n')
    .filter((line) => line.includes('"_aws"'))
    .map((line) => JSON.parse(line));
  return { error, messages: listPublishedMessages(cloud).slice(before), metrics };
}

describe('after the end of a deployment, announce-end', () => {
  it('sends the reason to both topics: plain text by e-mail, and a message that chat applications understand', async () => {
    const { messages } = await announce(eventWith(), topics);
    const email = messages.find(({ topic }) => topic === topics.EMAIL_TOPIC)!;
    const chat = messages.find(({ topic }) => topic === topics.CHAT_TOPIC)!;
    expect(messages).toHaveLength(2);
    expect(email.subject).toBe('Rolled Back: test/web');
    expect(email.message).toMatch(/^It does not stay up\.\n/);
    expect(JSON.parse(chat.message)).toMatchObject({
      version: '1.0',
      source: 'custom',
      content: { textType: 'client-markdown', title: 'Rolled Back: test/web' },
    });
  });

  it('logs one metric line, and sends nothing without topics', async () => {
    const { messages, metrics } = await announce(eventWith());
    expect(messages).toEqual([]);
    expect(metrics).toHaveLength(1);
    expect(metrics[0]).toMatchObject({
      Target: 'test',
      Result: 'RolledBack',
      FailedDeployments: 1,
      RecoveryTime: [240],
    });
  });

  it('finds in the ledger since when the service had failed', async () => {
    const failed = { ...entry, execution: executionArn('earlier'), result: 'Failed' };
    await put({ sk: `deployment#${failed.start}#earlier`, ...failed });
    const later = { result: 'Succeeded', start: '2026-11-23T09:50:00.000Z', end: '2026-11-23T10:00:00.000Z' } as const;
    expect((await announce(eventWith(later))).metrics[0]).toMatchObject({ Result: 'Succeeded', RecoveryTime: [3600] });
  });

  it('logs what it knows if the ledger cannot be read', async () => {
    const { metrics, error } = await without(() => announce(eventWith()));
    expect(error).toBeUndefined();
    expect(metrics[0]).toMatchObject({ Deployments: 1, RecoveryTime: [240] });
  });

  it('fails before it counts anything if a message cannot be sent, so that a retry counts once', async () => {
    const { metrics, error } = await announce(eventWith(), { ...topics, CHAT_TOPIC: `${topics.CHAT_TOPIC}-gone` });
    expect(error?.message).toContain('Topic does not exist');
    expect(metrics).toEqual([]);
  });

  it('tells how a rollback ended that continued after the result, and does not count the deployment again', async () => {
    const rollback = { end: '2026-11-23T10:00:00.000Z', rolledBack: true, sentence: 'It runs web:12 again.' };
    const { messages, metrics } = await announce(eventWith({ rollback }), { EMAIL_TOPIC: topics.EMAIL_TOPIC });
    expect(messages[0]).toMatchObject({ subject: 'Rollback succeeded: test/web' });
    expect(messages[0]?.message).toMatch(/^It runs web:12 again\.\n/);
    expect(metrics).toEqual([]);
  });

  it.each([
    ['of somebody else', { ...eventWith(), source: 'someone' }],
    ['without an entry', { ...eventWith(), detail: {} }],
  ])('refuses an event %s', async (_what, event) => {
    expect((await announce(event, topics)).error?.message).toContain('The event for announce-end');
  });
});
