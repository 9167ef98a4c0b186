import {
  AcknowledgeJobCommand,
  CodePipelineClient,
  CreateCustomActionTypeCommand,
  CreatePipelineCommand,
  PollForJobsCommand,
} from '@aws-sdk/client-codepipeline';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  ListExecutionsCommand,
  SFNClient,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { codepipeline, setSource } from '../../local/codepipeline.ts';
import { states } from '../../local/states.ts';
import {
  allowPolicy,
  createBucketService,
  gantryType,
  giveRole,
  pipelineRole,
  pipelineWith,
  recordedEvents,
  startPipeline,
  waitForEvent,
} from '../local/pipeline.ts';
import { buildAccountId } from '../start.ts';
import { createBuildAccount } from './build-account.ts';

const aws = await createBuildAccount(codepipeline, states, createBucketService([]));
const pipelines = new CodePipelineClient(aws.as(buildAccountId));
const machines = new SFNClient(aws.as(buildAccountId));
const { handler: takeJob } = await import('../../functions/take-job.ts');
const { handler: acknowledgeJob } = await import('../../functions/acknowledge-job.ts');

const rights = [
  'codepipeline:PollForJobs',
  'codepipeline:AcknowledgeJob',
  'states:StartExecution',
  'states:DescribeExecution',
];
const scheduled = { 'detail-type': 'Scheduled Event' };
const started = { 'detail-type': 'CodePipeline Action Execution State Change', detail: { state: 'STARTED' } };
const machineRole = `arn:aws:iam::${buildAccountId}:role/machine`;
const deploy = {
  name: 'Deploy',
  actionTypeId: gantryType,
  configuration: { ClusterName: 'main', ServiceName: 'web' },
  inputArtifacts: [{ name: 'SourceArtifact' }],
};

let machine = '';
let count = 0;

/** A machine that plays this one state, for take-job to start. */
const makeMachine = async (state: object): Promise<string> => {
  count += 1;
  const definition = JSON.stringify({ StartAt: 'Only', States: { Only: { End: true, ...state } } });
  const made = await machines.send(
    new CreateStateMachineCommand({ name: `machine-${count}`, definition, roleArn: machineRole }),
  );
  return made.stateMachineArn!;
};
const waiting = { Type: 'Wait', Seconds: 3600 };
const acknowledging = (status: string) => ({ Type: 'Pass', Result: { status }, ResultPath: '$.acknowledged' });

const offers = async () =>
  (await pipelines.send(new PollForJobsCommand({ actionTypeId: gantryType, maxBatchSize: 100 }))).jobs ?? [];

/** A pipeline whose deploy action has a job on offer. */
const queue = async (...actions: object[]) => {
  count += 1;
  const name = `pipeline-${count}`;
  await pipelines.send(
    new CreatePipelineCommand({
      pipeline: pipelineWith(name, [{ name: 'Deploy', actions: actions.length ? actions : [deploy] }]),
    }),
  );
  await startPipeline(pipelines, name);
  await waitForEvent(aws, { pipeline: name, action: 'Deploy', state: 'STARTED' });
  const found = (await offers()).filter(({ data }) => data?.pipelineContext?.pipelineName === name);
  return found.map((job) => ({
    id: job.id!,
    nonce: job.nonce!,
    name: job.data!.pipelineContext!.action!.actionExecutionId!,
  }));
};
const use = async (state: object) => {
  machine = await makeMachine(state);
  process.env.STATE_MACHINE_ARN = machine;
};
const over = (name: string) => waitForEvent(aws, { name, status: 'SUCCEEDED' });
const describeExecution = (name: string) =>
  machines.send(
    new DescribeExecutionCommand({ executionArn: `${machine.replace('stateMachine', 'execution')}:${name}` }),
  );
const executions = async () =>
  (await machines.send(new ListExecutionsCommand({ stateMachineArn: machine }))).executions!.map(({ name }) => name);

beforeAll(async () => {
  Object.assign(process.env, { PROVIDER: 'Gantry', VERSION: '1' });
  recordedEvents(aws.cloud);
  giveRole(aws.cloud, pipelineRole, allowPolicy('s3:*', 'codeconnections:UseConnection'));
  aws.cloud.iam.roles.set(machineRole, {
    arn: machineRole,
    trust: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'states.amazonaws.com' } }],
    },
    policies: {},
  });
  setSource(aws.cloud, 'acme/shop#main', async () => ({
    revision: '3f1c0de',
    summary: 'Sell more',
    zip: Buffer.from('zip'),
  }));
  await pipelines.send(
    new CreateCustomActionTypeCommand({
      category: 'Deploy',
      provider: 'Gantry',
      version: '1',
      configurationProperties: ['ClusterName', 'ServiceName'].map((name) => ({
        name,
        required: true,
        key: false,
        secret: false,
      })),
      inputArtifactDetails: { minimumCount: 1, maximumCount: 1 },
      outputArtifactDetails: { minimumCount: 0, maximumCount: 0 },
    }),
  );
});
beforeEach(async () => {
  aws.may(...rights);
  for (const { id, nonce } of await offers()) await pipelines.send(new AcknowledgeJobCommand({ jobId: id, nonce }));
  await use(waiting);
});

describe('take-job', () => {
  it('starts an execution named after the action execution, without credentials in its input', async () => {
    const [job] = await queue();
    expect(await takeJob(started)).toEqual({ started: [job!.name], known: [] });
    const { input = '' } = await describeExecution(job!.name);
    expect(JSON.parse(input).job).toMatchObject({
      id: job!.id,
      nonce: job!.nonce,
      configuration: deploy.configuration,
    });
    expect(input).not.toMatch(/secret|token|accessKey/i);
    expect(await offers()).toHaveLength(1);
  });

  it('returns nothing if no job waits', async () => {
    expect(await takeJob(scheduled)).toEqual({ started: [], known: [] });
  });

  it('starts one execution if a job is polled twice, an event is delivered twice or two pollers run at once', async () => {
    const [job] = await queue();
    await Promise.all([takeJob(started), takeJob(scheduled)]);
    await takeJob(started);
    expect(await executions()).toEqual([job!.name]);
  });

  it('starts ten jobs at a time, and the next ones once these are acknowledged', async () => {
    const jobs = await queue(
      ...Array.from({ length: 12 }, (_, index) => ({ ...deploy, name: index === 0 ? 'Deploy' : `Deploy${index}` })),
    );
    expect(jobs).toHaveLength(12);
    const { started: first } = await takeJob(scheduled);
    expect(first).toHaveLength(10);
    for (const { id, nonce, name } of jobs)
      if (first.includes(name)) await acknowledgeJob({ input: { job: { id, nonce } } });
    const { started: rest } = await takeJob(scheduled);
    expect([...first, ...rest].sort()).toEqual(jobs.map(({ name }) => name).sort());
  });

  it('starts a job again, once per nonce, if its execution died before it acknowledged the job', async () => {
    const [job] = await queue();
    await takeJob(started);
    await machines.send(
      new StopExecutionCommand({ executionArn: `${machine.replace('stateMachine', 'execution')}:${job!.name}` }),
    );
    const again = `${job!.name}-${job!.nonce}`;
    expect(await takeJob(scheduled)).toEqual({ started: [again], known: [] });
    await machines.send(
      new StopExecutionCommand({ executionArn: `${machine.replace('stateMachine', 'execution')}:${again}` }),
    );
    expect(await takeJob(scheduled)).toEqual({ started: [], known: [again] });
  });

  it('ignores a job that was polled just before its execution acknowledged it', async () => {
    await use(acknowledging('InProgress'));
    const [job] = await queue();
    await takeJob(started);
    await over(job!.name);
    expect(await takeJob(started)).toEqual({ started: [], known: [job!.name] });
  });

  it('starts a job again if its execution lost it', async () => {
    await use(acknowledging('Lost'));
    const [job] = await queue();
    await takeJob(started);
    await over(job!.name);
    expect(await takeJob(started)).toEqual({ started: [`${job!.name}-${job!.nonce}`], known: [] });
  });

  it('starts the job of a Lambda invoke action once', async () => {
    const event = {
      'CodePipeline.job': {
        id: '11111111-aaaa-4bbb-8ccc-000000000001',
        data: {
          actionConfiguration: {
            configuration: { FunctionName: 'take-job', UserParameters: '{"ClusterName": "main"}' },
          },
        },
      },
    };
    expect(await takeJob(event)).toEqual({ started: [event['CodePipeline.job'].id], known: [] });
    await takeJob(event);
    expect(await executions()).toEqual([event['CodePipeline.job'].id]);
    expect(JSON.parse((await describeExecution(event['CodePipeline.job'].id)).input!).job.configuration).toEqual({
      ClusterName: 'main',
    });
  });

  it('throws at the end for what it could not start, so that Lambda retries', async () => {
    await queue();
    aws.may('codepipeline:PollForJobs');
    await expect(takeJob(scheduled)).rejects.toThrow(
      expect.objectContaining({ name: 'PermissionError', message: expect.stringContaining('states:StartExecution') }),
    );
  });

  it('refuses an event of an unknown kind', async () => {
    await expect(takeJob({ 'detail-type': 'ECS Task State Change' })).rejects.toThrow('take-job is woken by');
  });
});

describe('Acknowledge Job', () => {
  const acknowledge = (job: { id: string; nonce?: string }) => acknowledgeJob({ execution: 'e', input: { job } });

  it('claims the job', async () => {
    const [job] = await queue();
    expect(await acknowledge(job!)).toEqual({ status: 'InProgress' });
    expect(await offers()).toEqual([]);
  });

  it('claims it again if the answer to the first attempt was lost', async () => {
    const [job] = await queue();
    await acknowledge(job!);
    expect(await acknowledge(job!)).toEqual({ status: 'InProgress' });
  });

  it('finds that another execution has it, or that CodePipeline no longer knows it', async () => {
    const [job] = await queue();
    expect(await acknowledge({ ...job!, nonce: 'another' })).toEqual({ status: 'Lost' });
    expect(await acknowledge({ id: '99999999-aaaa-4bbb-8ccc-000000000009', nonce: '1' })).toEqual({ status: 'Lost' });
  });

  it('does not acknowledge an invoked job', async () => {
    aws.may();
    expect(await acknowledge({ id: 'invoked' })).toEqual({ status: 'InProgress' });
  });

  it('does not take an access denial for a lost race', async () => {
    const [job] = await queue();
    aws.may('states:StartExecution');
    await expect(acknowledge(job!)).rejects.toThrow(expect.objectContaining({ name: 'PermissionError' }));
  });
});
