import { CreateCustomActionTypeCommand } from '@aws-sdk/client-codepipeline';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  acknowledging,
  createJobOffers,
  deploy,
  type JobOffer,
  permissions,
  scheduled,
  started,
  waiting,
} from './job-offers.ts';

const environment = await createJobOffers();
const { aws, offers, queue, use, describeExecution, stopExecution, executions, untilSucceeded } = environment;
const { handler: takeJob } = await import('../../functions/take-job.ts');
const { handler: acknowledgeJob } = await import('../../functions/acknowledge-job.ts');

const withoutAcknowledgement = permissions.filter((action) => action !== 'codepipeline:AcknowledgeJob');

beforeEach(async () => {
  aws.may(...permissions);
  await environment.acknowledgeAll();
  await environment.setLease('nobody', 0);
  await use(waiting);
});

describe('take-job', () => {
  it('starts an execution named after the action execution, with the id and the nonce of the job as its input', async () => {
    const [job] = await queue();
    expect(await takeJob(started)).toEqual({ started: [job!.name], known: [] });
    const { input = '' } = await describeExecution(job!.name);
    expect(JSON.parse(input)).toEqual({ job: { id: job!.id, nonce: job!.nonce } });
  });

  it('acknowledges a job immediately after the start of its execution', async () => {
    await queue();
    await takeJob(started);
    expect(await offers()).toEqual([]);
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

  it('starts all jobs that are on offer, ten per poll', async () => {
    const jobs = await queue(
      ...Array.from({ length: 25 }, (_, index) => ({ ...deploy, name: index === 0 ? 'Deploy' : `Deploy${index}` })),
    );
    const { started: all } = await takeJob(scheduled);
    expect(all.sort()).toEqual(jobs.map(({ name }) => name).sort());
    expect(await offers()).toEqual([]);
  });

  it('starts a job again whose execution died before anybody acknowledged it, once for each nonce', async () => {
    const [job] = await queue();
    aws.may(...withoutAcknowledgement);
    await takeJob(started);
    await stopExecution(job!.name);
    const again = `${job!.name}-${job!.nonce}`;
    expect(await takeJob(scheduled)).toEqual({ started: [again], known: [] });
    await stopExecution(again);
    await environment.setLease('nobody', 0);
    expect(await takeJob(scheduled)).toEqual({ started: [], known: [again] });
  });

  it('ignores a job that was polled just before its execution acknowledged it', async () => {
    await use(acknowledging('InProgress'));
    const [job] = await queue();
    aws.may(...withoutAcknowledgement);
    await takeJob(started);
    await untilSucceeded(job!.name);
    expect(await takeJob(started)).toEqual({ started: [], known: [job!.name] });
  });

  it('starts a job again if its execution lost it', async () => {
    await use(acknowledging('Lost'));
    const [job] = await queue();
    aws.may(...withoutAcknowledgement);
    await takeJob(started);
    await untilSucceeded(job!.name);
    expect(await takeJob(started)).toEqual({ started: [`${job!.name}-${job!.nonce}`], known: [] });
  });

  it('takes the jobs of an earlier version of the action type, and needs no version that the account never had', async () => {
    const id = { category: 'Deploy', provider: 'Gantry', version: '2' } as const;
    const details = { minimumCount: 1, maximumCount: 1 };
    const type = new CreateCustomActionTypeCommand({
      ...id,
      inputArtifactDetails: details,
      outputArtifactDetails: details,
    });
    await environment.pipelines.send(type);
    const [job] = await queue();
    process.env.VERSIONS = '2,1,0';
    expect(await takeJob(started)).toEqual({ started: [job!.name], known: [] });
    process.env.VERSIONS = '3,2,1';
    await environment.setLease('nobody', 0);
    await expect(takeJob(scheduled)).rejects.toThrow(/3/);
    process.env.VERSIONS = '1';
    await environment.setLease('nobody', 0);
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
  type Claimed = { id: string; nonce?: string; name?: string };
  const arnOf = (name: string) => `arn:aws:states:eu-west-1:111111111111:execution:deploy:${name}`;
  const run = ({ id, nonce, name = id }: Claimed, claims: object = {}) =>
    acknowledgeJob({ execution: arnOf(name), input: { job: { id, nonce, ...claims } } });
  const acknowledge = async (claimed: Claimed) => (await run(claimed)).acknowledged;

  it.each<[what: string, claims: object]>([
    ['another configuration', { configuration: { ClusterName: 'evil', ServiceName: 'evil' } }],
    ['another pipeline', { pipeline: { name: 'trusted', stage: 'Deploy', action: 'Test' } }],
    ['another artifact', { artifact: { name: 'A', bucket: 'evil', key: 'evil' }, otherArtifacts: [] }],
    ['another key', { encryptionKey: 'evil' }],
  ])('returns what CodePipeline says of the job if the input claims %s', async (_, claims) => {
    const [job] = await queue();
    const { job: confirmed } = await run(job!, claims);
    expect(confirmed).toMatchObject({
      id: job!.id,
      nonce: job!.nonce,
      configuration: deploy.configuration,
      pipeline: { name: expect.stringMatching(/^pipeline-/), stage: 'Deploy', action: 'Deploy' },
      artifact: { name: 'SourceArtifact' },
    });
    expect(JSON.stringify(confirmed)).not.toMatch(/evil|trusted|secret|accessKey/i);
  });

  it('refuses the job of a custom action without its nonce', async () => {
    const [job] = await queue();
    await expect(run({ id: job!.id })).rejects.toMatchObject({
      name: 'ConfigurationError',
      message: expect.stringContaining('has no nonce'),
    });
  });

  it('does not do a job in an execution that is not named after it', async () => {
    const [{ id, nonce }] = (await queue()) as [JobOffer];
    const job = { id, nonce, actionExecutionId: 'mine', configuration: {} };
    const execution = arnOf('mine');
    const { acknowledged } = await acknowledgeJob({ execution, input: { job: { ...job, nonce: '0' } } });
    expect(acknowledged).toEqual({ status: 'Lost' });
    await expect(acknowledgeJob({ execution, input: { job } })).rejects.toThrow('does not have a name');
  });

  it('does not believe the pipeline of a job that CodePipeline does not report', async () => {
    const claims = { configuration: {}, pipeline: { name: 'trusted' } };
    const { job } = await run({ id: '99999999-aaaa-4bbb-8ccc-000000000009' }, claims);
    expect(job.pipeline).toBeUndefined();
  });

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
    await acknowledge(job!);
    expect(await acknowledge({ ...job!, nonce: '7', name: `${job!.name}-7` })).toEqual({ status: 'Lost' });
    expect(await acknowledge({ id: '99999999-aaaa-4bbb-8ccc-000000000009', nonce: '1' })).toEqual({ status: 'Lost' });
  });

  it('does not acknowledge an invoked job', async () => {
    aws.may('codepipeline:GetJobDetails');
    expect((await run({ id: 'invoked' }, { configuration: {} })).acknowledged).toEqual({ status: 'InProgress' });
  });

  it('does not take an access denial for a lost race', async () => {
    const [job] = await queue();
    aws.may('states:StartExecution');
    await expect(acknowledge(job!)).rejects.toThrow(expect.objectContaining({ name: 'PermissionError' }));
  });
});
