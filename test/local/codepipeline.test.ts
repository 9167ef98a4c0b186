import {
  GetPipelineExecutionCommand,
  GetPipelineStateCommand,
  ListActionExecutionsCommand,
  ListPipelineExecutionsCommand,
  PollForJobsCommand,
  PutApprovalResultCommand,
  RetryStageExecutionCommand,
  StartPipelineExecutionCommand,
  StopPipelineExecutionCommand,
} from '@aws-sdk/client-codepipeline';
import { describe, expect, it } from 'vitest';
import { buildAccountId } from '../start.ts';
import {
  allowPolicy,
  approvalAction,
  artifactKey,
  bucketName,
  deployAction,
  gantryType,
  giveRole,
  readActionState,
  recordedEvents,
  startPipeline,
  startPipelines,
  waitForEvent,
} from './pipeline.ts';

const { aws, client, puts, create, ended, commits } = await startPipelines();
const approvals = [{ name: 'Gate', actions: [approvalAction] }];

/** Approves or rejects the approval that is waiting in a pipeline. */
async function decide(name: string, status: 'Approved' | 'Rejected') {
  await aws.clock.advanceUntil(() => true);
  const token = (await readActionState(client, name, 'Approve'))?.token;
  const at = { pipelineName: name, stageName: 'Gate', actionName: 'Approve' };
  return client.send(new PutApprovalResultCommand({ ...at, token: token!, result: { status, summary: 'checked' } }));
}

const statusOf = async (pipelineName: string, pipelineExecutionId: string) =>
  (await client.send(new GetPipelineExecutionCommand({ pipelineName, pipelineExecutionId }))).pipelineExecution?.status;

describe('a pipeline execution', () => {
  it('stores the source under the declared key and sends an event for each step', async () => {
    await create('said', approvals);
    const id = await startPipeline(client, 'said');
    await waitForEvent(aws, { pipeline: 'said', action: 'Approve', state: 'STARTED' });
    const put = puts.find(({ Key }) => Key.startsWith('said/'))!;
    expect(put).toMatchObject({ Bucket: bucketName, SSEKMSKeyId: artifactKey });
    expect(put.Key).toMatch(/^said\/SourceArti\/\w{7}$/);
    await decide('said', 'Approved');
    await ended('said', id, 'SUCCEEDED');
    const seen = recordedEvents(aws.cloud)
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
    await create('variables', [{ name: 'Deploy', actions: [{ ...deployAction, configuration }] }], { variables });
    const started = new StartPipelineExecutionCommand({
      name: 'variables',
      variables: [{ name: 'cluster', value: 'blue' }],
    });
    const { pipelineExecutionId } = await client.send(started);
    await waitForEvent(aws, { pipeline: 'variables', action: 'Deploy', state: 'STARTED' });
    const { jobs: found = [] } = await client.send(new PollForJobsCommand({ actionTypeId: gantryType }));
    expect(found[0]?.data?.actionConfiguration?.configuration).toEqual({
      ClusterName: 'blue',
      Commit: `c${commits()} by ${pipelineExecutionId}`,
    });
  });

  it('fails an action whose variable does not exist', async () => {
    const configuration = { ClusterName: '#{Build.Cluster}' };
    await create('unresolved', [{ name: 'Deploy', actions: [{ ...deployAction, configuration }] }]);
    await ended('unresolved', await startPipeline(client, 'unresolved'), 'FAILED');
    expect((await readActionState(client, 'unresolved', 'Deploy'))?.errorDetails?.message).toContain(
      '#{Build.Cluster}',
    );
  });

  it('waits for the actions of one run order before it starts the next', async () => {
    const second = { ...approvalAction, name: 'Second', runOrder: 2 };
    await create('ordered', [{ name: 'Gate', actions: [second, approvalAction] }]);
    await startPipeline(client, 'ordered');
    await waitForEvent(aws, { pipeline: 'ordered', action: 'Approve', state: 'STARTED' });
    await aws.clock.advanceUntil(() => true);
    expect(await readActionState(client, 'ordered', 'Second')).toBeUndefined();
    await decide('ordered', 'Approved');
    await waitForEvent(aws, { pipeline: 'ordered', action: 'Second', state: 'STARTED' });
  });
});

describe('an approval', () => {
  it('that is rejected fails the pipeline and names who rejected it', async () => {
    await create('rejected', approvals);
    const id = await startPipeline(client, 'rejected');
    await decide('rejected', 'Rejected');
    await ended('rejected', id, 'FAILED');
    expect(await readActionState(client, 'rejected', 'Approve')).toMatchObject({
      status: 'Failed',
      summary: 'checked',
      lastUpdatedBy: `arn:aws:iam::${buildAccountId}:user/admin`,
    });
    const at = { pipelineName: 'rejected', stageName: 'Gate', actionName: 'Approve' };
    const result = { status: 'Approved' as const, summary: '' };
    await expect(client.send(new PutApprovalResultCommand({ ...at, result, token: 'old' }))).rejects.toMatchObject({
      name: 'InvalidApprovalTokenException',
    });
  });

  it("times out after the action's minutes", async () => {
    await create('late', [{ name: 'Gate', actions: [{ ...approvalAction, timeoutInMinutes: 30 }] }]);
    const id = await startPipeline(client, 'late');
    const began = aws.clock.now();
    await ended('late', id, 'FAILED');
    expect(aws.clock.now() - began).toBe(30 * 60_000);
  });
});

describe('executions that wait for the same stage', () => {
  it.each([
    ['SUPERSEDED', ['Succeeded', 'Superseded', 'Succeeded']],
    ['QUEUED', ['Succeeded', 'Succeeded', 'Succeeded']],
  ])('are handled as %s says', async (executionMode, expected) => {
    const name = executionMode.toLowerCase();
    await create(name, approvals, { executionMode });
    const ids: string[] = [];
    for (let index = 0; index < 3; index += 1) {
      ids.push(await startPipeline(client, name));
      await aws.clock.advanceUntil(() => true);
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

describe('a stopped execution', () => {
  it('waits for the running action and then starts nothing more', async () => {
    await create('stopped', [...approvals, { name: 'After', actions: [{ ...approvalAction, name: 'Later' }] }]);
    const id = await startPipeline(client, 'stopped');
    await waitForEvent(aws, { pipeline: 'stopped', action: 'Approve', state: 'STARTED' });
    const stop = { pipelineName: 'stopped', pipelineExecutionId: id, reason: 'enough' };
    await client.send(new StopPipelineExecutionCommand(stop));
    expect(await statusOf('stopped', id)).toBe('Stopping');
    await expect(client.send(new StopPipelineExecutionCommand(stop))).rejects.toMatchObject({
      name: 'DuplicatedStopRequestException',
    });
    await decide('stopped', 'Approved');
    await ended('stopped', id, 'STOPPED');
    expect(await readActionState(client, 'stopped', 'Later')).toBeUndefined();
    await expect(client.send(new StopPipelineExecutionCommand(stop))).rejects.toMatchObject({
      name: 'PipelineExecutionNotStoppableException',
    });
  });

  it('can retry a failed stage, with a new action execution', async () => {
    await create('retried', [{ name: 'Gate', actions: [approvalAction, { ...deployAction, name: 'Ship' }] }]);
    const id = await startPipeline(client, 'retried');
    await decide('retried', 'Rejected');
    const at = { pipelineName: 'retried', stageName: 'Gate', pipelineExecutionId: id };
    const retry = new RetryStageExecutionCommand({ ...at, retryMode: 'FAILED_ACTIONS' });
    await expect(client.send(retry)).rejects.toMatchObject({ name: 'StageNotRetryableException' });
    const before = await readActionState(client, 'retried', 'Approve');
    await client.send(new StopPipelineExecutionCommand({ ...at, abandon: true }));
    await ended('retried', id, 'STOPPED');
    await client.send(retry);
    await aws.clock.advanceUntil(() => true);
    const after = await readActionState(client, 'retried', 'Approve');
    expect(after).toMatchObject({ status: 'InProgress' });
    expect(after?.actionExecutionId).not.toBe(before?.actionExecutionId);
    const details = await client.send(new ListActionExecutionsCommand({ pipelineName: 'retried' }));
    expect(details.actionExecutionDetails?.filter(({ actionName }) => actionName === 'Approve')).toHaveLength(2);
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
  ])('without permission for %s fails the source action', async (what, actions, message) => {
    const roleArn = `arn:aws:iam::${buildAccountId}:role/${what.replaceAll(' ', '-')}`;
    giveRole(aws.cloud, roleArn, allowPolicy(...actions));
    const name = roleArn.split('/')[1]!;
    await create(name, approvals, { roleArn });
    await ended(name, await startPipeline(client, name), 'FAILED');
    expect((await readActionState(client, name, 'Source'))?.errorDetails).toMatchObject({
      code: 'PermissionError',
      message: expect.stringMatching(message),
    });
  });
});
