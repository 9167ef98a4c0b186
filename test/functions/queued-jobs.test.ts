import {
  AcknowledgeJobCommand,
  CreateCustomActionTypeCommand,
  PollForJobsCommand,
  PutJobSuccessResultCommand,
} from '@aws-sdk/client-codepipeline';
import { DeleteItemCommand, DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { decideQueuedJobStep, type QueuedJobStep } from '../../core/request/queued-jobs.ts';
import { recordedEvents } from '../local/pipeline.ts';
import { buildAccountId } from '../start.ts';
import { createJobOffers, deploy, permissions, scheduled, waiting } from './job-offers.ts';

const environment = await createJobOffers();
const { aws, queue, executions } = environment;
const { handler: takeJob } = await import('../../functions/take-job.ts');
const table = new DynamoDBClient(aws.as(buildAccountId));
const minute = 60_000;
/** The ids of the jobs in these tests, which have the form of CodePipeline's. */
const jobs = {
  zero: '11111111-aaaa-4bbb-8ccc-000000000000',
  a: '11111111-aaaa-4bbb-8ccc-000000000001',
  b: '11111111-aaaa-4bbb-8ccc-000000000002',
  c: '11111111-aaaa-4bbb-8ccc-000000000003',
  d: '11111111-aaaa-4bbb-8ccc-000000000004',
  e: '11111111-aaaa-4bbb-8ccc-000000000005',
  f: '11111111-aaaa-4bbb-8ccc-000000000006',
  g: '11111111-aaaa-4bbb-8ccc-000000000007',
  h: '11111111-aaaa-4bbb-8ccc-000000000008',
  i: '11111111-aaaa-4bbb-8ccc-000000000009',
};

const withoutStart = permissions.filter((action) => action !== 'states:StartExecution');
const withReport = [...permissions, 'codepipeline:PutJobFailureResult'];

const Key = { pk: { S: 'poller#take-job' }, sk: { S: 'lease' } };
const readItem = async () => (await table.send(new GetItemCommand({ TableName: 'ledger', Key }))).Item ?? {};
const readQueue = async () =>
  Object.keys(await readItem()).flatMap((name) => (name.startsWith('queued#') ? name.replace('queued#', '') : []));

/** Adds a job to the queue, as if it had been queued this number of minutes ago. */
const plant = (id: string, minutes: number) =>
  table.send(
    new UpdateItemCommand({
      TableName: 'ledger',
      Key,
      UpdateExpression: 'SET #job = :time',
      ExpressionAttributeNames: { '#job': `queued#${id}` },
      ExpressionAttributeValues: { ':time': { S: new Date(Date.now() - minutes * minute).toISOString() } },
    }),
  );

/** An event as CodePipeline sends it to a function, with the credentials of the job. */
const invocation = (id: string, data: object = {}) => ({
  'CodePipeline.job': {
    id,
    accountId: buildAccountId,
    data: {
      actionConfiguration: { configuration: { FunctionName: 'take-job', UserParameters: '{"ClusterName": "main"}' } },
      artifactCredentials: { accessKeyId: 'AKIAKEY', secretAccessKey: 'the-secret', sessionToken: 'the-token' },
      continuationToken: 'the-continuation',
      ...data,
    },
  },
});

beforeEach(async () => {
  aws.may(...withReport);
  await environment.acknowledgeAll();
  await environment.setLease('nobody', 0);
  await environment.use(waiting);
});

it.each<[minutes: number, step: QueuedJobStep]>([
  [0, 'wait'],
  [3, 'wait'],
  [4, 'start'],
  [14, 'start'],
  [15, 'report'],
  [6 * 60, 'report'],
  [24 * 60, 'forget'],
])('the next step for a job that was queued %i minutes ago is: %s', (minutes, step) => {
  const now = new Date('2026-11-29T12:00:00Z');
  expect(decideQueuedJobStep({ id: 'j', queuedAt: new Date(now.getTime() - minutes * minute) }, now)).toBe(step);
});

it('an id that no job of CodePipeline can have is neither started nor queued', async () => {
  await expect(takeJob(invocation('job-1'))).rejects.toThrow('must be the id of a job');
  expect(await readQueue()).toEqual([]);
});

it('a job that was queued before the first poll is started', async () => {
  await table.send(new DeleteItemCommand({ TableName: 'ledger', Key }));
  await plant(jobs.zero, 5);
  expect((await takeJob(scheduled)).started).toEqual([jobs.zero]);
});

describe('a job of a Lambda invoke action that cannot be started', () => {
  it('is queued by its id alone, and Lambda tries again with the whole job', async () => {
    aws.may(...withoutStart);
    await expect(takeJob(invocation(jobs.a))).rejects.toThrow('states:StartExecution');
    expect(await readQueue()).toEqual([jobs.a]);
    expect(JSON.stringify(await readItem())).not.toMatch(/AKIAKEY|the-secret|the-token|the-continuation|ClusterName/);
    aws.may(...withReport);
    expect((await takeJob(invocation(jobs.a))).started).toEqual([jobs.a]);
  });

  it('stays queued while Lambda may try again, and as long as it still cannot be started', async () => {
    await plant(jobs.b, 3);
    await takeJob(scheduled);
    await plant(jobs.c, 5);
    aws.may(...withoutStart);
    await expect(takeJob(scheduled)).rejects.toThrow('states:StartExecution');
    expect(await readQueue()).toEqual(expect.arrayContaining([jobs.b, jobs.c]));
    expect(await executions()).toEqual([]);
  });

  it('is started by its id alone after the outage, also if other jobs are polled', async () => {
    await plant(jobs.d, 5);
    const [polled] = await queue();
    const { started } = await takeJob(scheduled);
    expect(started).toEqual(expect.arrayContaining([jobs.d, polled!.name]));
    expect(JSON.parse((await environment.describeExecution(jobs.d)).input!)).toEqual({ job: { id: jobs.d } });
    expect(await readQueue()).not.toContain(jobs.d);
  });

  it('is not started twice if one of the tries has started it', async () => {
    await takeJob(invocation(jobs.e));
    await plant(jobs.e, 5);
    expect((await takeJob(scheduled)).started).not.toContain(jobs.e);
    expect((await executions()).filter((name) => name === jobs.e)).toHaveLength(1);
    expect(await readQueue()).not.toContain(jobs.e);
  });

  it('keeps the time of the first try, so that no later try delays its result', async () => {
    await plant(jobs.i, 16);
    aws.may(...withoutStart);
    await expect(takeJob(invocation(jobs.i))).rejects.toThrow('states:StartExecution');
    aws.may(...withReport);
    expect((await takeJob(scheduled)).started).toEqual([]);
    expect(await readQueue()).not.toContain(jobs.i);
  });

  it('throws its own error if the table does not answer either', async () => {
    aws.may(...withoutStart);
    await expect(environment.withoutTable(() => takeJob(invocation(jobs.f)))).rejects.toThrow('states:StartExecution');
  });
});

it('the execution of an invoked job is named after its id, and its input has no nonce, whatever else the event contains', async () => {
  const event = invocation(jobs.i, { pipelineContext: { action: { actionExecutionId: 'another' } } });
  Object.assign(event['CodePipeline.job'], { nonce: '1' });
  expect((await takeJob(event)).started).toEqual([jobs.i]);
  expect((await environment.describeExecution(jobs.i)).input).not.toMatch(/nonce|another/);
});

it.each([
  ['without data', { 'CodePipeline.job': { id: jobs.g } }],
  ['with an artifact of another form', invocation(jobs.h, { inputArtifacts: 'none' })],
])('a job %s is started by its id alone, so that its execution reports the error', async (_, event) => {
  const { started } = await takeJob(event);
  const [name] = started;
  expect(JSON.parse((await environment.describeExecution(name!)).input!)).toEqual({ job: { id: name } });
});

describe('a job that could not be started for 15 minutes', () => {
  it('gets a failure as its result, and is not started', async () => {
    const [job] = await queue();
    await environment.acknowledgeAll();
    await plant(job!.id, 16);
    expect((await takeJob(scheduled)).started).toEqual([]);
    const failed = {
      'error-code': 'SystemUnavailable',
      'external-execution-summary': expect.stringContaining(job!.id),
    };
    expect(recordedEvents(aws.cloud).filter(({ state }) => state === 'FAILED')).toContainEqual(
      expect.objectContaining({ action: 'Deploy', 'execution-result': failed }),
    );
    expect(await readQueue()).not.toContain(job!.id);
  });

  it("is not reported if it is another team's", async () => {
    const actionTypeId = { category: 'Deploy', owner: 'Custom', provider: 'Theirs', version: '1' } as const;
    const details = { minimumCount: 0, maximumCount: 1 };
    const { owner: _, ...type } = actionTypeId;
    const made = { ...type, inputArtifactDetails: details, outputArtifactDetails: details };
    await environment.pipelines.send(new CreateCustomActionTypeCommand(made));
    await queue({ ...deploy, actionTypeId, configuration: {} });
    const { jobs = [] } = await environment.pipelines.send(new PollForJobsCommand({ actionTypeId }));
    const [{ id = '', nonce } = {}] = jobs;
    await environment.pipelines.send(new AcknowledgeJobCommand({ jobId: id, nonce }));
    await plant(id, 16);
    await takeJob(scheduled);
    expect(await readQueue()).not.toContain(id);
    await environment.pipelines.send(new PutJobSuccessResultCommand({ jobId: id }));
  });

  it('is forgotten if it is over', async () => {
    await plant('11111111-aaaa-4bbb-8ccc-0000000000ff', 16);
    await takeJob(scheduled);
    expect(await readQueue()).toEqual(expect.not.arrayContaining(['11111111-aaaa-4bbb-8ccc-0000000000ff']));
  });
});
