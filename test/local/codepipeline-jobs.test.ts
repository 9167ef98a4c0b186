import {
  AcknowledgeJobCommand,
  CodePipelineClient,
  CreateCustomActionTypeCommand,
  CreatePipelineCommand,
  GetJobDetailsCommand,
  GetPipelineCommand,
  GetPipelineExecutionCommand,
  ListActionExecutionsCommand,
  PollForJobsCommand,
  PutJobFailureResultCommand,
  PutJobSuccessResultCommand,
  StopPipelineExecutionCommand,
} from '@aws-sdk/client-codepipeline';
import { beforeAll, describe, expect, it } from 'vitest';
import { codepipeline, setSource } from '../../local/codepipeline.ts';
import { buildAccountId, startCloud } from '../start.ts';
import {
  allowPolicy,
  approvalAction,
  artifactKey,
  bucketName,
  createBucketService,
  deployAction,
  gantryType,
  giveRole,
  type PutObjectInput,
  pipelineRole,
  pipelineWith,
  readActionState,
  recordedEvents,
  startPipeline,
  waitForEvent,
} from './pipeline.ts';

const puts: PutObjectInput[] = [];
const aws = await startCloud(codepipeline, createBucketService(puts));
const client = new CodePipelineClient(aws.as(buildAccountId));
const property = { required: false, key: false, secret: false };

beforeAll(async () => {
  recordedEvents(aws.cloud);
  giveRole(aws.cloud, pipelineRole, allowPolicy('s3:*', 'codeconnections:UseConnection'));
  setSource(aws.cloud, 'acme/shop#main', async () => ({
    revision: '3f1c0de',
    summary: 'Sell more',
    zip: Buffer.from('zip'),
  }));
  await client.send(
    new CreateCustomActionTypeCommand({
      category: 'Deploy',
      provider: 'Gantry',
      version: '1',
      settings: { executionUrlTemplate: 'https://console.example/{Config:ServiceName}/{ExternalExecutionId}' },
      configurationProperties: [
        { ...property, name: 'ClusterName', required: true, key: true },
        { ...property, name: 'ServiceName', required: true },
        { ...property, name: 'Token', secret: true },
        { ...property, name: 'Commit' },
      ],
      inputArtifactDetails: { minimumCount: 1, maximumCount: 1 },
      outputArtifactDetails: { minimumCount: 0, maximumCount: 0 },
    }),
  );
});

/** Runs a pipeline with one deploy action until the job can be polled. */
async function queued(name: string, after: object[] = []) {
  const stages = [{ name: 'Deploy', actions: [deployAction, ...after] }];
  await client.send(new CreatePipelineCommand({ pipeline: pipelineWith(name, stages) }));
  const executionId = await startPipeline(client, name);
  await waitForEvent(aws, { pipeline: name, action: 'Deploy', state: 'STARTED' });
  const { jobs = [] } = await client.send(new PollForJobsCommand({ actionTypeId: gantryType, maxBatchSize: 100 }));
  const job = jobs.find(({ data }) => data?.pipelineContext?.pipelineName === name)!;
  return { executionId, job, jobId: job.id!, nonce: job.nonce! };
}

async function acknowledged(name: string, after: object[] = []) {
  const found = await queued(name, after);
  await client.send(new AcknowledgeJobCommand(found));
  return found;
}

describe('a job', () => {
  it('carries what a worker needs: configuration, context, artifact, key and credentials', async () => {
    const { job, executionId } = await queued('data');
    expect(job.nonce).toMatch(/^.{1,50}$/);
    expect(job.accountId).toBe(buildAccountId);
    const { actionConfiguration, pipelineContext, inputArtifacts, artifactCredentials, ...rest } = job.data!;
    expect(actionConfiguration?.configuration).toEqual({ ...deployAction.configuration, Commit: '3f1c0de' });
    expect(pipelineContext).toEqual({
      pipelineName: 'data',
      stage: { name: 'Deploy' },
      action: {
        name: 'Deploy',
        actionExecutionId: (await readActionState(client, 'data', 'Deploy'))?.actionExecutionId,
      },
      pipelineArn: `arn:aws:codepipeline:eu-west-1:${buildAccountId}:data`,
      pipelineExecutionId: executionId,
    });
    expect(inputArtifacts).toEqual([
      {
        name: 'SourceArtifact',
        revision: '3f1c0de',
        location: {
          type: 'S3',
          s3Location: { bucketName: bucketName, objectKey: expect.stringMatching(/^data\/SourceArti\/\w{7}$/) },
        },
      },
    ]);
    expect(artifactCredentials?.accessKeyId).toMatch(/^ASIA/);
    expect(rest).toEqual({
      actionTypeId: gantryType,
      outputArtifacts: [],
      encryptionKey: { id: artifactKey, type: 'KMS' },
    });
  });

  it('is returned again, with the same nonce, until it is acknowledged', async () => {
    const { job, jobId, nonce } = await queued('twice');
    const again = await client.send(new PollForJobsCommand({ actionTypeId: gantryType, maxBatchSize: 100 }));
    expect(again.jobs?.find(({ id }) => id === jobId)?.nonce).toBe(job.nonce);
    expect(await client.send(new AcknowledgeJobCommand({ jobId, nonce }))).toMatchObject({ status: 'InProgress' });
    const after = await client.send(new PollForJobsCommand({ actionTypeId: gantryType, maxBatchSize: 100 }));
    expect(after.jobs?.map(({ id }) => id)).not.toContain(jobId);
    expect(await client.send(new AcknowledgeJobCommand({ jobId, nonce }))).toMatchObject({ status: 'InProgress' });
  });

  it('is not acknowledged with another nonce', async () => {
    const { jobId } = await queued('nonce');
    await expect(client.send(new AcknowledgeJobCommand({ jobId, nonce: '0' }))).rejects.toMatchObject({
      name: 'InvalidNonceException',
    });
  });

  it('has new credentials for its artifacts, and for nothing else', async () => {
    const { job, jobId } = await acknowledged('credentials');
    const { jobDetails } = await client.send(new GetJobDetailsCommand({ jobId }));
    const fresh = jobDetails!.data!.artifactCredentials!;
    expect(fresh.accessKeyId).not.toBe(job.data!.artifactCredentials!.accessKeyId);
    const { caller } = aws.cloud.iam.findCredentials(fresh.accessKeyId!, fresh.sessionToken!)!;
    const { bucketName, objectKey } = job.data!.inputArtifacts![0]!.location!.s3Location!;
    const get = (Key: string) =>
      aws.cloud.invoke('s3', 'GetObject', { Bucket: bucketName, Key }, { caller, region: 'eu-west-1' });
    expect(await get(objectKey!)).toMatchObject({ Body: Buffer.from('zip') });
    await expect(get('data/SourceArti/another')).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('is not found under another id', async () => {
    const jobId = '00000000-0000-4000-8000-000000000000';
    await expect(client.send(new GetJobDetailsCommand({ jobId }))).rejects.toMatchObject({
      name: 'JobNotFoundException',
    });
  });

  it('cannot be polled for with an action type that does not exist', async () => {
    const actionTypeId = { ...gantryType, version: '9' };
    await expect(client.send(new PollForJobsCommand({ actionTypeId }))).rejects.toMatchObject({
      name: 'ActionTypeNotFoundException',
    });
  });
});

describe('a result', () => {
  it('of success ends the action with summary, link and output variables', async () => {
    const { jobId, executionId } = await acknowledged('success', [{ ...approvalAction, runOrder: 2 }]);
    await client.send(
      new PutJobSuccessResultCommand({
        jobId,
        executionDetails: { summary: 'stable', externalExecutionId: 'run-1', percentComplete: 100 },
        outputVariables: { TaskDefinition: 'web:7' },
      }),
    );
    await waitForEvent(aws, { pipeline: 'success', action: 'Deploy', state: 'SUCCEEDED' });
    expect(await readActionState(client, 'success', 'Deploy')).toMatchObject({
      status: 'Succeeded',
      summary: 'stable',
      externalExecutionId: 'run-1',
      externalExecutionUrl: 'https://console.example/web/run-1',
      percentComplete: 100,
    });
    const { actionExecutionDetails = [] } = await client.send(
      new ListActionExecutionsCommand({
        pipelineName: 'success',
        filter: { pipelineExecutionId: executionId },
      }),
    );
    const detail = actionExecutionDetails.find(({ actionName }) => actionName === 'Deploy')!;
    expect(detail.output?.outputVariables).toEqual({ TaskDefinition: 'web:7' });
    expect(detail.input?.resolvedConfiguration).toMatchObject({ Commit: '3f1c0de', Token: '****' });
  });

  it('of failure fails the pipeline with its type and message', async () => {
    const { jobId, executionId } = await acknowledged('failure');
    const failureDetails = { type: 'RevisionOutOfSync' as const, message: 'a newer one runs' };
    await client.send(new PutJobFailureResultCommand({ jobId, failureDetails }));
    const event = await waitForEvent(aws, { pipeline: 'failure', action: 'Deploy', state: 'FAILED' });
    expect(event['execution-result']).toMatchObject({ 'error-code': 'RevisionOutOfSync' });
    expect(await readActionState(client, 'failure', 'Deploy')).toMatchObject({
      status: 'Failed',
      errorDetails: { code: 'RevisionOutOfSync', message: 'a newer one runs' },
    });
    await waitForEvent(aws, { pipeline: 'failure', action: undefined, stage: undefined, state: 'FAILED' });
    const which = { pipelineName: 'failure', pipelineExecutionId: executionId };
    const { pipelineExecution } = await client.send(new GetPipelineExecutionCommand(which));
    expect(pipelineExecution?.status).toBe('Failed');
  });

  it('is accepted only once', async () => {
    const { jobId } = await acknowledged('once');
    await client.send(new PutJobSuccessResultCommand({ jobId }));
    await expect(client.send(new PutJobSuccessResultCommand({ jobId }))).rejects.toMatchObject({
      name: 'InvalidJobStateException',
    });
  });

  it('is accepted only once if two arrive at the same moment', async () => {
    const { jobId } = await acknowledged('two-at-once');
    const failureDetails = { type: 'JobFailed', message: 'No.' };
    const as = {
      caller: { account: buildAccountId, arn: `arn:aws:iam::${buildAccountId}:user/admin` },
      region: 'eu-west-1',
    };
    const put = () => aws.cloud.invoke('codepipeline', 'PutJobFailureResult', { jobId, failureDetails }, as);
    const answers = await Promise.allSettled([put(), put()]);
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });

  it('is not accepted before the job is acknowledged', async () => {
    const { jobId } = await queued('early');
    await expect(client.send(new PutJobSuccessResultCommand({ jobId }))).rejects.toMatchObject({
      name: 'InvalidJobStateException',
    });
  });

  it('is not accepted for an abandoned job', async () => {
    const { jobId, executionId } = await acknowledged('abandoned');
    const which = { pipelineName: 'abandoned', pipelineExecutionId: executionId, abandon: true, reason: 'enough' };
    await client.send(new StopPipelineExecutionCommand(which));
    const event = await waitForEvent(aws, { pipeline: 'abandoned', action: 'Deploy', state: 'ABANDONED' });
    expect(event).not.toHaveProperty('execution-result');
    await expect(client.send(new PutJobSuccessResultCommand({ jobId }))).rejects.toMatchObject({
      name: 'InvalidJobStateException',
    });
    expect((await readActionState(client, 'abandoned', 'Deploy'))?.status).toBe('Abandoned');
  });

  it('with a continuation token creates another job with the token', async () => {
    const { jobId, job } = await acknowledged('continued');
    await client.send(new PutJobSuccessResultCommand({ jobId, continuationToken: 'step 2' }));
    const poll = () => client.send(new PollForJobsCommand({ actionTypeId: gantryType, maxBatchSize: 100 }));
    const later = aws.clock.now() + 31_000;
    aws.clock.after(31_000, () => {});
    await aws.clock.advanceUntil(() => aws.clock.now() >= later);
    const next = (await poll()).jobs?.find(({ data }) => data?.continuationToken === 'step 2');
    expect(next?.id).not.toBe(jobId);
    expect(next?.data?.pipelineContext).toEqual(job.data?.pipelineContext);
  });

  const summary = (text: string) => ({ executionDetails: { summary: text } });
  it.each([
    ['an empty summary', summary('')],
    ['a summary of 2049 characters', summary('x'.repeat(2049))],
    ['an external id of 1501 characters', { executionDetails: { externalExecutionId: 'x'.repeat(1501) } }],
    ['a variable name with a space', { outputVariables: { 'a b': 'c' } }],
    ['an empty continuation token', { continuationToken: '' }],
    ['output variables beside a continuation token', { continuationToken: 'more', outputVariables: { a: 'b' } }],
  ])('with %s is refused as invalid', async (name, result) => {
    const { jobId } = await acknowledged(`invalid-${name.replaceAll(/\W/g, '-')}`);
    await expect(client.send(new PutJobSuccessResultCommand({ jobId, ...result }))).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });

  it.each([[''], ['x'.repeat(5001)]])('of failure with a message of the wrong length is refused', async (message) => {
    const { jobId } = await acknowledged(`message-${message.length}`);
    const failureDetails = { type: 'JobFailed' as const, message };
    await expect(client.send(new PutJobFailureResultCommand({ jobId, failureDetails }))).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });

  it('of more than 122,880 bytes of variables is refused', async () => {
    const { jobId } = await acknowledged('large');
    const outputVariables = { large: 'x'.repeat(122_880) };
    await expect(client.send(new PutJobSuccessResultCommand({ jobId, outputVariables }))).rejects.toMatchObject({
      name: 'OutputVariablesSizeExceededException',
    });
  });
});

describe('a custom action', () => {
  it('times out after 24 hours without a result', async () => {
    const { jobId, nonce } = await acknowledged('forgotten');
    const began = aws.clock.now();
    await waitForEvent(aws, { pipeline: 'forgotten', action: 'Deploy', state: 'FAILED' });
    expect(aws.clock.now() - began).toBe(24 * 3_600_000);
    expect(await client.send(new AcknowledgeJobCommand({ jobId, nonce }))).toMatchObject({ status: 'TimedOut' });
    await expect(client.send(new PutJobSuccessResultCommand({ jobId }))).rejects.toMatchObject({
      name: 'InvalidJobStateException',
    });
  });

  it('shows its secret property only to the worker', async () => {
    const { pipeline } = await client.send(new GetPipelineCommand({ name: 'data' }));
    expect(pipeline?.stages?.[1]?.actions?.[0]?.configuration?.Token).toBe('****');
  });
});
