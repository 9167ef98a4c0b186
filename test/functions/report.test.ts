import {
  AcknowledgeJobCommand,
  CodePipelineClient,
  CreatePipelineCommand,
  PollForJobsCommand,
  StopPipelineExecutionCommand,
} from '@aws-sdk/client-codepipeline';
import { CreateStateMachineCommand, SFNClient, StartExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { beforeAll, describe, expect, it } from 'vitest';
import type { EventBridgeEvent } from '../../local/cloud.ts';
import { codepipeline, setSource } from '../../local/codepipeline.ts';
import { states } from '../../local/states.ts';
import { failedVerdict, stableVerdict, updatedExecution } from '../core/reporting/execution-data-examples.ts';
import { revisionArn, startTime } from '../core/rollout/facts.ts';
import {
  allowPolicy,
  createBucketService,
  createGantryType,
  gantryType,
  giveRole,
  pipelineRole,
  pipelineWith,
  readActionState,
  recordedEvents,
  startPipeline,
  waitForEvent,
} from '../local/pipeline.ts';
import { buildAccountId } from '../start.ts';
import { createBuildAccount } from './build-account.ts';

const aws = await createBuildAccount(codepipeline, states, createBucketService([]));
const client = new CodePipelineClient(aws.as(buildAccountId));
const machines = new SFNClient(aws.as(buildAccountId));
const published: EventBridgeEvent[] = [];
aws.cloud.eventListeners.push((event) => published.push(event));
const { handler: reportSuccess } = await import('../../functions/report-success.ts');
const { handler: reportFailure } = await import('../../functions/report-failure.ts');
const { handler: reportDeadExecution } = await import('../../functions/report-dead-execution.ts');

const rights = [
  'codepipeline:PutJobSuccessResult',
  'codepipeline:PutJobFailureResult',
  'codepipeline:GetJobDetails',
  'states:DescribeExecution',
  'states:ListExecutions',
  'states:GetExecutionHistory',
];

const { execution, release, plan, rollout } = updatedExecution();
const asInput = (jobId: string | undefined, more: object) => ({
  execution,
  input: { ...(jobId === undefined ? {} : { job: { id: jobId, configuration: {} } }), release, plan, rollout, ...more },
});
const deploy = {
  name: 'Deploy',
  actionTypeId: gantryType,
  configuration: { ClusterName: 'main', ServiceName: 'web' },
  inputArtifacts: [{ name: 'SourceArtifact' }],
};
let pipelines = 0;

/** Starts a pipeline whose deploy action waits for Gantry's result; returns the pipeline's name and its job. */
async function waiting() {
  const name = `pipeline-${++pipelines}`;
  await client.send(
    new CreatePipelineCommand({ pipeline: pipelineWith(name, [{ name: 'Deploy', actions: [deploy] }]) }),
  );
  const pipelineExecutionId = await startPipeline(client, name);
  await waitForEvent(aws, { pipeline: name, action: 'Deploy', state: 'STARTED' });
  const { jobs = [] } = await client.send(new PollForJobsCommand({ actionTypeId: gantryType, maxBatchSize: 100 }));
  const job = jobs.find(({ data }) => data?.pipelineContext?.pipelineName === name)!;
  await client.send(new AcknowledgeJobCommand({ jobId: job.id!, nonce: job.nonce! }));
  const action = () => readActionState(client, name, 'Deploy');
  const abandon = () =>
    client.send(new StopPipelineExecutionCommand({ pipelineName: name, pipelineExecutionId, abandon: true }));
  const executionName = job.data!.pipelineContext!.action!.actionExecutionId!;
  return { jobId: job.id!, executionName, action, abandon };
}

beforeAll(async () => {
  recordedEvents(aws.cloud);
  aws.may(...rights);
  giveRole(aws.cloud, pipelineRole, allowPolicy('s3:*', 'codeconnections:UseConnection'));
  setSource(aws.cloud, 'acme/shop#main', async () => ({ revision: '3f1c0de', summary: 's', zip: Buffer.from('zip') }));
  await createGantryType(client);
});

describe('Report Success', () => {
  it('ends the action with a summary and the id of the execution', async () => {
    const { jobId, action } = await waiting();
    const report = await reportSuccess(asInput(jobId, { verdict: stableVerdict }));
    expect(report).toEqual({ type: 'Succeeded', message: expect.stringContaining('is stable on web:13') });
    expect(await action()).toMatchObject({
      status: 'Succeeded',
      summary: report.message,
      externalExecutionId: execution,
    });
  });

  it('succeeds for a job that CodePipeline has abandoned, and if it is repeated', async () => {
    const given = await waiting();
    await given.abandon();
    expect(await reportSuccess(asInput(given.jobId, { verdict: stableVerdict }))).toMatchObject({ type: 'Succeeded' });
    const reported = await waiting();
    await reportSuccess(asInput(reported.jobId, { verdict: stableVerdict }));
    expect(await reportSuccess(asInput(reported.jobId, { verdict: stableVerdict }))).toMatchObject({
      type: 'Succeeded',
    });
  });

  it('calls CodePipeline only if a pipeline started the execution', async () => {
    const before = aws.cloud.authorizations.length;
    expect(await reportSuccess(asInput(undefined, { verdict: stableVerdict }))).toMatchObject({ type: 'Succeeded' });
    expect(aws.cloud.authorizations).toHaveLength(before);
  });

  it('throws if it is not allowed to report, so that the execution fails', async () => {
    const { jobId } = await waiting();
    aws.may();
    await expect(reportSuccess(asInput(jobId, { verdict: stableVerdict }))).rejects.toMatchObject({
      name: 'PermissionError',
    });
    aws.may(...rights);
  });
});

describe('Report Failure', () => {
  it('ends the action with the reason and its type', async () => {
    const { jobId, action } = await waiting();
    const error = { Error: 'PermissionError', Cause: JSON.stringify({ errorMessage: 'AWS refused.' }) };
    const report = await reportFailure(asInput(jobId, { error }));
    expect(report).toMatchObject({ type: 'PermissionError', message: expect.stringMatching(/^AWS refused\./) });
    expect(await action()).toMatchObject({
      status: 'Failed',
      externalExecutionId: execution,
      errorDetails: { code: 'PermissionError', message: report.message },
    });
  });

  it('accepts the longest possible reason', async () => {
    const { jobId, action } = await waiting();
    await reportFailure(asInput(jobId, { verdict: { ...failedVerdict, reason: 'x'.repeat(20_000) } }));
    expect((await action())?.errorDetails?.message).toHaveLength(5000);
  });

  it('reports even if parts of the data cannot be parsed', async () => {
    const { jobId, action } = await waiting();
    const broken = { release: { target: 7 }, rollout: { taskDefinition: revisionArn('web:13'), startedAt: startTime } };
    await reportFailure(asInput(jobId, broken));
    expect(await action()).toMatchObject({ status: 'Failed' });
  });

  it('returns the same reason if a person started the execution', async () => {
    expect(await reportFailure(asInput(undefined, { verdict: failedVerdict }))).toMatchObject({ type: 'JobFailed' });
  });
});

describe('a dead execution', () => {
  /** Runs an execution of this name that ends in this state; returns the event about its end. */
  const die = async (executionName: string, input: object, state: object, stop = false): Promise<EventBridgeEvent> => {
    const definition = JSON.stringify({ StartAt: 'Only', States: { Only: state } });
    const name = `machine-${published.length}`;
    const roleArn = `arn:aws:iam::${buildAccountId}:role/machine`;
    const { stateMachineArn } = await machines.send(new CreateStateMachineCommand({ name, definition, roleArn }));
    process.env.STATE_MACHINE_ARN = stateMachineArn;
    const started = await machines.send(
      new StartExecutionCommand({ stateMachineArn, name: executionName, input: JSON.stringify(input) }),
    );
    if (stop) await machines.send(new StopExecutionCommand({ executionArn: started.executionArn }));
    const found = () =>
      published.find(({ detail }) => detail.executionArn === started.executionArn && detail.status !== 'RUNNING');
    await aws.clock.advanceUntil(() => found() !== undefined);
    return found()!;
  };
  const fail = { Type: 'Fail', Error: 'SystemUnavailable', Cause: 'CodePipeline did not answer.' };

  it('is reported', async () => {
    const { jobId, executionName, action } = await waiting();
    expect(await reportDeadExecution(await die(executionName, { job: { id: jobId } }, fail))).toEqual({
      deliveries: ['delivered'],
    });
    expect(await action()).toMatchObject({
      status: 'Failed',
      errorDetails: { message: expect.stringMatching(/execution arn:\S+ failed before it could report/) },
    });
  });

  it('is reported if somebody aborted it', async () => {
    const { jobId, executionName, action } = await waiting();
    await reportDeadExecution(
      await die(executionName, { job: { id: jobId } }, { Type: 'Wait', Seconds: 999, End: true }, true),
    );
    expect((await action())?.errorDetails?.message).toContain('aborted by somebody');
  });

  it('is reported even if its input was too large for the event', async () => {
    const { jobId, executionName, action } = await waiting();
    const event = await die(executionName, { job: { id: jobId } }, fail);
    const { input: _, ...detail } = event.detail;
    expect(await reportDeadExecution({ ...event, detail })).toEqual({ deliveries: ['delivered'] });
    expect(await action()).toMatchObject({ status: 'Failed' });
  });

  it('that has reported itself and then failed on purpose changes nothing', async () => {
    const { jobId, executionName, action } = await waiting();
    await reportFailure(asInput(jobId, { verdict: failedVerdict }));
    const before = await action();
    expect(await reportDeadExecution(await die(executionName, { job: { id: jobId } }, fail))).toEqual({
      deliveries: ['job over'],
    });
    expect(await action()).toEqual(before);
  });

  it.each([
    ['any other name', () => 'other'],
    ['the name of the job, which is not that of its action execution', (jobId: string) => jobId],
  ])('with %s is not reported, although its input names the job', async (_, nameFor) => {
    const { jobId, action } = await waiting();
    const input = { job: { id: jobId, actionExecutionId: nameFor(jobId) } };
    const { deliveries } = await reportDeadExecution(await die(nameFor(jobId), input, fail));
    expect(deliveries).toEqual(['job of another']);
    expect(await action()).toMatchObject({ status: 'InProgress' });
  });

  it('that a person started has no job to report', async () => {
    expect(await reportDeadExecution(await die('manual', { target: 'test/web' }, fail))).toEqual({
      deliveries: ['job over'],
    });
  });
});
