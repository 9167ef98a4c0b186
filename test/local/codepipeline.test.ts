import {
  CodePipelineClient,
  CreateCustomActionTypeCommand,
  CreatePipelineCommand,
  GetPipelineExecutionCommand,
  GetPipelineStateCommand,
  ListActionExecutionsCommand,
  ListActionTypesCommand,
  ListPipelineExecutionsCommand,
  PollForJobsCommand,
  PutApprovalResultCommand,
  PutJobFailureResultCommand,
  PutJobSuccessResultCommand,
  RetryStageExecutionCommand,
  StartPipelineExecutionCommand,
  StopPipelineExecutionCommand,
  UpdatePipelineCommand,
} from '@aws-sdk/client-codepipeline';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AwsError } from '../../local/aws-error.ts';
import { codepipeline, setSource } from '../../local/codepipeline.ts';
import { operation, type Service } from '../../local/service.ts';
import { build, region, start } from '../start.ts';
import {
  actionState,
  allowing,
  artifactKey,
  bucket,
  bucketService,
  declared,
  deploy,
  events,
  gantryType,
  giveRole,
  manual,
  type Put,
  pipelineRole,
  published,
  source,
  startPipeline,
} from './pipeline.ts';

interface LambdaJob {
  id: string;
  accountId: string;
  data: Record<string, unknown>;
}

const puts: Put[] = [];
const jobs: LambdaJob[] = [];

/** A Lambda that writes down the jobs that it is invoked with. */
const lambda = (): Service => ({
  name: 'lambda',
  protocol: 'rest-json',
  operations: {
    Invoke: operation(
      z.strictObject({ FunctionName: z.string(), InvocationType: z.literal('Event'), Payload: z.instanceof(Buffer) }),
      async (input, { allow }) => {
        await allow('lambda:InvokeFunction', `arn:aws:lambda:${region}:${build}:function:${input.FunctionName}`);
        if (input.FunctionName === 'gone') throw new AwsError('ResourceNotFoundException', 'Function not found', 404);
        jobs.push(JSON.parse(input.Payload.toString())['CodePipeline.job']);
        return {};
      },
    ),
  },
});

const aws = await start(codepipeline, bucketService(puts), lambda);
const client = new CodePipelineClient(aws.as(build));
let commits = 0;

beforeAll(async () => {
  events(aws.cloud);
  giveRole(aws.cloud, pipelineRole, allowing('s3:*', 'codeconnections:UseConnection', 'lambda:InvokeFunction'));
  setSource(aws.cloud, 'acme/shop#main', async () => {
    commits += 1;
    return { revision: `c${commits}`, summary: `Commit ${commits}`, zip: Buffer.from(`zip ${commits}`) };
  });
  await client.send(
    new CreateCustomActionTypeCommand({
      category: 'Deploy',
      provider: 'Gantry',
      version: '1',
      configurationProperties: ['ClusterName', 'ServiceName', 'Token', 'Commit'].map((name) => ({
        name,
        required: name === 'ClusterName',
        key: false,
        secret: false,
      })),
      inputArtifactDetails: { minimumCount: 1, maximumCount: 1 },
      outputArtifactDetails: { minimumCount: 0, maximumCount: 0 },
    }),
  );
});

const create = (name: string, stages: { name: string; actions: object[] }[], more: object = {}) =>
  client.send(new CreatePipelineCommand({ pipeline: declared(name, stages, more) }));

const approvals = [{ name: 'Gate', actions: [manual] }];

/** Decides the approval that waits in a pipeline. */
async function decide(name: string, status: 'Approved' | 'Rejected') {
  await aws.clock.until(() => true);
  const token = (await actionState(client, name, 'Approve'))?.token;
  const at = { pipelineName: name, stageName: 'Gate', actionName: 'Approve' };
  return client.send(new PutApprovalResultCommand({ ...at, token: token!, result: { status, summary: 'checked' } }));
}

const statusOf = async (pipelineName: string, pipelineExecutionId: string) =>
  (await client.send(new GetPipelineExecutionCommand({ pipelineName, pipelineExecutionId }))).pipelineExecution?.status;

const ended = (pipeline: string, id: string, state: string) =>
  published(aws, { pipeline, 'execution-id': id, state, stage: undefined });

describe('a pipeline execution', () => {
  it('puts the source into the store under the declared key and says each step on the bus', async () => {
    await create('said', approvals);
    const id = await startPipeline(client, 'said');
    await published(aws, { pipeline: 'said', action: 'Approve', state: 'STARTED' });
    const put = puts.find(({ Key }) => Key.startsWith('said/'))!;
    expect(put).toMatchObject({ Bucket: bucket, SSEKMSKeyId: artifactKey });
    expect(put.Key).toMatch(/^said\/SourceArti\/\w{7}$/);
    await decide('said', 'Approved');
    await ended('said', id, 'SUCCEEDED');
    const seen = events(aws.cloud)
      .filter(({ pipeline }) => pipeline === 'said')
      .map(({ stage, action, state }) => [stage, action, state].filter((part) => part !== undefined).join(' '));
    expect(seen).toEqual([
      'STARTED',
      'Source STARTED',
      'Source Source STARTED',
      'Source Source SUCCEEDED',
      'Source SUCCEEDED',
      'Gate STARTED',
      'Gate Approve STARTED',
      'Gate Approve SUCCEEDED',
      'Gate SUCCEEDED',
      'SUCCEEDED',
    ]);
    const { stageStates } = await client.send(new GetPipelineStateCommand({ name: 'said' }));
    expect(stageStates).toMatchObject([
      { stageName: 'Source', latestExecution: { pipelineExecutionId: id, status: 'Succeeded' } },
      { stageName: 'Gate', latestExecution: { pipelineExecutionId: id, status: 'Succeeded' } },
    ]);
    const { pipelineExecutionSummaries } = await client.send(
      new ListPipelineExecutionsCommand({ pipelineName: 'said' }),
    );
    expect(pipelineExecutionSummaries).toMatchObject([
      { status: 'Succeeded', sourceRevisions: [{ revisionId: 'c1' }] },
    ]);
  });

  it('starts once for one client request token', async () => {
    await create('token', approvals);
    const start = new StartPipelineExecutionCommand({ name: 'token', clientRequestToken: 'same' });
    const one = await client.send(start);
    expect(await client.send(start)).toMatchObject({ pipelineExecutionId: one.pipelineExecutionId });
  });

  it('resolves variables of the source, of the pipeline and of the execution', async () => {
    const configuration = {
      ClusterName: '#{variables.cluster}',
      Commit: '#{Source.CommitId} by #{codepipeline.PipelineExecutionId}',
    };
    const variables = [{ name: 'cluster', defaultValue: 'main' }];
    await create('variables', [{ name: 'Deploy', actions: [{ ...deploy, configuration }] }], { variables });
    const started = new StartPipelineExecutionCommand({
      name: 'variables',
      variables: [{ name: 'cluster', value: 'blue' }],
    });
    const { pipelineExecutionId } = await client.send(started);
    await published(aws, { pipeline: 'variables', action: 'Deploy', state: 'STARTED' });
    const { jobs: found = [] } = await client.send(new PollForJobsCommand({ actionTypeId: gantryType }));
    expect(found[0]?.data?.actionConfiguration?.configuration).toEqual({
      ClusterName: 'blue',
      Commit: `c${commits} by ${pipelineExecutionId}`,
    });
  });

  it('fails an action whose variable does not exist', async () => {
    const configuration = { ClusterName: '#{Build.Cluster}' };
    await create('unresolved', [{ name: 'Deploy', actions: [{ ...deploy, configuration }] }]);
    await ended('unresolved', await startPipeline(client, 'unresolved'), 'FAILED');
    expect((await actionState(client, 'unresolved', 'Deploy'))?.errorDetails?.message).toContain('#{Build.Cluster}');
  });

  it('waits for the actions of one run order before it begins the next', async () => {
    const second = { ...manual, name: 'Second', runOrder: 2 };
    await create('ordered', [{ name: 'Gate', actions: [second, manual] }]);
    await startPipeline(client, 'ordered');
    await published(aws, { pipeline: 'ordered', action: 'Approve', state: 'STARTED' });
    await aws.clock.until(() => true);
    expect(await actionState(client, 'ordered', 'Second')).toBeUndefined();
    await decide('ordered', 'Approved');
    await published(aws, { pipeline: 'ordered', action: 'Second', state: 'STARTED' });
  });
});

describe('an approval', () => {
  it('that is rejected fails the pipeline and names who did it', async () => {
    await create('rejected', approvals);
    const id = await startPipeline(client, 'rejected');
    await decide('rejected', 'Rejected');
    await ended('rejected', id, 'FAILED');
    expect(await actionState(client, 'rejected', 'Approve')).toMatchObject({
      status: 'Failed',
      summary: 'checked',
      lastUpdatedBy: `arn:aws:iam::${build}:user/admin`,
    });
    const at = { pipelineName: 'rejected', stageName: 'Gate', actionName: 'Approve' };
    const result = { status: 'Approved' as const, summary: '' };
    await expect(client.send(new PutApprovalResultCommand({ ...at, result, token: 'old' }))).rejects.toMatchObject({
      name: 'InvalidApprovalTokenException',
    });
  });

  it('times out after the minutes that the action gives it', async () => {
    await create('late', [{ name: 'Gate', actions: [{ ...manual, timeoutInMinutes: 30 }] }]);
    const id = await startPipeline(client, 'late');
    const began = aws.clock.now();
    await ended('late', id, 'FAILED');
    expect(aws.clock.now() - began).toBe(30 * 60_000);
  });
});

describe('executions that meet in a stage', () => {
  it.each([
    ['SUPERSEDED', ['Succeeded', 'Superseded', 'Succeeded']],
    ['QUEUED', ['Succeeded', 'Succeeded', 'Succeeded']],
  ])('are handled as %s says', async (executionMode, expected) => {
    const name = executionMode.toLowerCase();
    await create(name, approvals, { executionMode });
    const ids: string[] = [];
    for (let index = 0; index < 3; index += 1) {
      ids.push(await startPipeline(client, name));
      await aws.clock.until(() => true);
    }
    const { stageStates } = await client.send(new GetPipelineStateCommand({ name }));
    expect(stageStates?.[1]).toMatchObject({
      latestExecution: { pipelineExecutionId: ids[0] },
      inboundExecution: { pipelineExecutionId: ids[2] },
    });
    for (const [index, id] of ids.entries())
      if (expected[index] === 'Succeeded') {
        await decide(name, 'Approved');
        await ended(name, id, 'SUCCEEDED');
      }
    expect(await Promise.all(ids.map((id) => statusOf(name, id)))).toEqual(expected);
  });
});

describe('stopping', () => {
  it('waits for the running action and then begins nothing more', async () => {
    await create('stopped', [...approvals, { name: 'After', actions: [{ ...manual, name: 'Later' }] }]);
    const id = await startPipeline(client, 'stopped');
    await published(aws, { pipeline: 'stopped', action: 'Approve', state: 'STARTED' });
    const stop = { pipelineName: 'stopped', pipelineExecutionId: id, reason: 'enough' };
    await client.send(new StopPipelineExecutionCommand(stop));
    expect(await statusOf('stopped', id)).toBe('Stopping');
    await expect(client.send(new StopPipelineExecutionCommand(stop))).rejects.toMatchObject({
      name: 'DuplicatedStopRequestException',
    });
    await decide('stopped', 'Approved');
    await ended('stopped', id, 'STOPPED');
    expect(await actionState(client, 'stopped', 'Later')).toBeUndefined();
    await expect(client.send(new StopPipelineExecutionCommand(stop))).rejects.toMatchObject({
      name: 'PipelineExecutionNotStoppableException',
    });
  });

  it('lets a failed stage be tried again, with a new action execution', async () => {
    await create('retried', [{ name: 'Gate', actions: [manual, { ...deploy, name: 'Ship' }] }]);
    const id = await startPipeline(client, 'retried');
    await decide('retried', 'Rejected');
    const at = { pipelineName: 'retried', stageName: 'Gate', pipelineExecutionId: id };
    const retry = new RetryStageExecutionCommand({ ...at, retryMode: 'FAILED_ACTIONS' });
    await expect(client.send(retry)).rejects.toMatchObject({ name: 'StageNotRetryableException' });
    const before = await actionState(client, 'retried', 'Approve');
    await client.send(new StopPipelineExecutionCommand({ ...at, abandon: true }));
    await ended('retried', id, 'STOPPED');
    await client.send(retry);
    await aws.clock.until(() => true);
    const after = await actionState(client, 'retried', 'Approve');
    expect(after).toMatchObject({ status: 'InProgress' });
    expect(after?.actionExecutionId).not.toBe(before?.actionExecutionId);
    const details = await client.send(new ListActionExecutionsCommand({ pipelineName: 'retried' }));
    expect(details.actionExecutionDetails?.filter(({ actionName }) => actionName === 'Approve')).toHaveLength(2);
  });
});

describe('a Lambda action', () => {
  const invoke = (FunctionName: string) => ({
    name: 'Invoke',
    actionTypeId: { category: 'Invoke', owner: 'AWS', provider: 'Lambda', version: '1' },
    configuration: { FunctionName, UserParameters: '{"ServiceName":"web"}' },
    inputArtifacts: [{ name: 'SourceArtifact' }],
    namespace: 'Invoked',
  });

  it('hands its function a job without nonce and context, and takes the result', async () => {
    await create('invoked', [{ name: 'Invoke', actions: [invoke('deploy')] }]);
    const id = await startPipeline(client, 'invoked');
    await aws.clock.until(() => jobs.length > 0);
    const [job] = jobs;
    expect(Object.keys(job!)).toEqual(['id', 'accountId', 'data']);
    expect(Object.keys(job!.data).sort()).toEqual([
      'actionConfiguration',
      'artifactCredentials',
      'encryptionKey',
      'inputArtifacts',
      'outputArtifacts',
    ]);
    const result = { jobId: job!.id, outputVariables: { Revision: 'web:7' } };
    await client.send(new PutJobSuccessResultCommand(result));
    await ended('invoked', id, 'SUCCEEDED');
  });

  it('fails when the function says so, and when it says nothing for 20 minutes', async () => {
    await create('refused', [{ name: 'Invoke', actions: [invoke('deploy')] }]);
    const one = await startPipeline(client, 'refused');
    await aws.clock.until(() => jobs.length > 1);
    const failureDetails = { type: 'ConfigurationError' as const, message: 'no such service' };
    await client.send(new PutJobFailureResultCommand({ jobId: jobs.at(-1)!.id, failureDetails }));
    await ended('refused', one, 'FAILED');
    const began = aws.clock.now();
    const two = await startPipeline(client, 'refused');
    await ended('refused', two, 'FAILED');
    expect(aws.clock.now() - began).toBe(20 * 60_000);
    expect((await actionState(client, 'refused', 'Invoke'))?.errorDetails?.message).toMatch(
      /failed to return a result/,
    );
  });

  it('fails when its function cannot be invoked', async () => {
    await create('gone', [{ name: 'Invoke', actions: [invoke('gone')] }]);
    await ended('gone', await startPipeline(client, 'gone'), 'FAILED');
    expect((await actionState(client, 'gone', 'Invoke'))?.errorDetails).toMatchObject({
      code: 'PermissionError',
      message: expect.stringMatching(/^The provided role does not have permissions/),
    });
  });
});

describe('the role of a pipeline', () => {
  it.each([
    ['the connection', ['s3:*'], /Unable to use Connection/],
    [
      'the artifact store',
      ['codeconnections:*'],
      /doesn't have the permissions required to access the Amazon S3 bucket/,
    ],
  ])('that may not use %s fails the source', async (what, actions, message) => {
    const roleArn = `arn:aws:iam::${build}:role/${what.replaceAll(' ', '-')}`;
    giveRole(aws.cloud, roleArn, allowing(...actions));
    const name = roleArn.split('/')[1]!;
    await create(name, approvals, { roleArn });
    await ended(name, await startPipeline(client, name), 'FAILED');
    expect((await actionState(client, name, 'Source'))?.errorDetails).toMatchObject({
      code: 'PermissionError',
      message: expect.stringMatching(message),
    });
  });
});

describe('a declaration', () => {
  const stage = (...actions: object[]) => [{ name: 'Deploy', actions }];
  it.each<[string, { name: string; actions: object[] }[], string]>([
    ['one stage', [], 'InvalidStructureException'],
    ['a source in a later stage', stage({ ...source, outputArtifacts: [] }), 'InvalidStageDeclarationException'],
    ['two actions of one name', stage(manual, manual), 'InvalidActionDeclarationException'],
    ['a role on a custom action', stage({ ...deploy, roleArn: pipelineRole }), 'InvalidActionDeclarationException'],
    [
      'a custom action in another Region',
      stage({ ...deploy, region: 'us-east-1' }),
      'InvalidActionDeclarationException',
    ],
    [
      'an unknown property',
      stage({ ...deploy, configuration: { ClusterName: 'a', X: 'b' } }),
      'InvalidActionDeclarationException',
    ],
    [
      'a missing property',
      stage({ ...deploy, configuration: { ServiceName: 'a' } }),
      'InvalidActionDeclarationException',
    ],
    [
      'an input that nobody makes',
      stage({ ...deploy, inputArtifacts: [{ name: 'X' }] }),
      'InvalidActionDeclarationException',
    ],
    [
      'no input for a type that takes one',
      stage({ ...deploy, inputArtifacts: [] }),
      'InvalidActionDeclarationException',
    ],
    [
      'an unknown action type',
      stage({ ...deploy, actionTypeId: { ...gantryType, version: '7' } }),
      'InvalidActionDeclarationException',
    ],
    [
      'a value of more than 1000 characters',
      stage({ ...deploy, configuration: { ClusterName: 'x'.repeat(1001) } }),
      'ValidationException',
    ],
  ])('with %s is refused', async (_, stages, name) => {
    await expect(create('bad', stages)).rejects.toMatchObject({ name });
  });

  it('is updated under a new version, which the next execution takes', async () => {
    await create('updated', approvals);
    const { pipeline } = await client.send(
      new UpdatePipelineCommand({
        pipeline: declared('updated', [{ name: 'Gate', actions: [{ ...manual, name: 'New' }] }]),
      }),
    );
    expect(pipeline?.version).toBe(2);
    await startPipeline(client, 'updated');
    await published(aws, { pipeline: 'updated', action: 'New', version: 2 });
  });

  it('of an action type exists once', async () => {
    const { actionTypes = [] } = await client.send(new ListActionTypesCommand({ actionOwnerFilter: 'Custom' }));
    expect(actionTypes.map(({ id }) => id)).toEqual([gantryType]);
  });
});
