import {
  AcknowledgeJobCommand,
  CreateCustomActionTypeCommand,
  PollForJobsCommand,
  PutJobSuccessResultCommand,
} from '@aws-sdk/client-codepipeline';
import { DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
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

const withoutStart = permissions.filter((action) => action !== 'states:StartExecution');
const withReport = [...permissions, 'codepipeline:PutJobFailureResult'];

const Key = { pk: { S: 'poller#take-job' }, sk: { S: 'lease' } };
const readItem = async () => (await table.send(new GetItemCommand({ TableName: 'ledger', Key }))).Item ?? {};
const readQueue = async () => ((await readItem()).queuedJobs?.SS ?? []).map((one) => one.split(' ')[1]);

/** Adds a job to the queue, as if it had been queued this number of minutes ago. */
const plant = (id: string, minutes: number) =>
  table.send(
    new UpdateItemCommand({
      TableName: 'ledger',
      Key,
      UpdateExpression: 'ADD queuedJobs :job',
      ExpressionAttributeValues: { ':job': { SS: [`${new Date(Date.now() - minutes * minute).toISOString()} ${id}`] } },
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
])('the next step for a job that was queued %i minutes ago is: %s', (minutes, step) => {
  const now = new Date('2026-11-29T12:00:00Z');
  expect(decideQueuedJobStep({ id: 'j', queuedAt: new Date(now.getTime() - minutes * minute) }, now)).toBe(step);
});

describe('a job of a Lambda invoke action that cannot be started', () => {
  it('is queued by its id alone, and Lambda tries again with the whole job', async () => {
    aws.may(...withoutStart);
    await expect(takeJob(invocation('job-a'))).rejects.toThrow('states:StartExecution');
    expect(await readQueue()).toEqual(['job-a']);
    expect(JSON.stringify(await readItem())).not.toMatch(/AKIAKEY|the-secret|the-token|the-continuation|ClusterName/);
    aws.may(...withReport);
    expect((await takeJob(invocation('job-a'))).started).toEqual(['job-a']);
  });

  it('stays queued while Lambda may try again, and as long as it still cannot be started', async () => {
    await plant('job-b', 3);
    await takeJob(scheduled);
    await plant('job-c', 5);
    aws.may(...withoutStart);
    await expect(takeJob(scheduled)).rejects.toThrow('states:StartExecution');
    expect(await readQueue()).toEqual(expect.arrayContaining(['job-b', 'job-c']));
    expect(await executions()).toEqual([]);
  });

  it('is started by its id alone after the outage, also if other jobs are polled', async () => {
    await plant('job-d', 5);
    const [polled] = await queue();
    const { started } = await takeJob(scheduled);
    expect(started).toEqual(expect.arrayContaining(['job-d', polled!.name]));
    expect(JSON.parse((await environment.describeExecution('job-d')).input!)).toEqual({ job: { id: 'job-d' } });
    expect(await readQueue()).not.toContain('job-d');
  });

  it('is not started twice if one of the tries has started it', async () => {
    await takeJob(invocation('job-e'));
    await plant('job-e', 5);
    expect((await takeJob(scheduled)).started).not.toContain('job-e');
    expect((await executions()).filter((name) => name === 'job-e')).toHaveLength(1);
    expect(await readQueue()).not.toContain('job-e');
  });

  it('throws its own error if the table does not answer either', async () => {
    aws.may(...withoutStart);
    await expect(environment.withoutTable(() => takeJob(invocation('job-f')))).rejects.toThrow('states:StartExecution');
  });
});

it.each([
  ['without data', { 'CodePipeline.job': { id: 'job-g' } }],
  ['with an artifact of another form', invocation('job-h', { inputArtifacts: 'none' })],
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
