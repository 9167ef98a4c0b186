import { describe, expect, it } from 'vitest';
import { imageList, startAttackedSystem } from './attacked-system.ts';
import { actionProperties } from './attempts.ts';

/* The attacker is allowed to start executions of the state machines, and knows the ids of jobs of another team's custom action and of Gantry's own action. */
const world = await startAttackedSystem();
const { repository, push, clock } = world;
const account = '111111111111';
const admin = world.admin(account);
const attacker = world.userWith(account, ['states:StartExecution'], ['*']);
const prodProperties = { ...actionProperties, RoleArn: 'arn:aws:iam::333333333333:role/prod-deployment' };

const pass = (minutes: number) => {
  const until = clock.now() + minutes * 60_000;
  return clock.advanceUntil(async () => clock.now() >= until, minutes * 120_000);
};

interface Job {
  id: string;
  nonce: string;
  data: { pipelineContext: { action: { actionExecutionId: string } } };
}

/** Starts an execution as the attacker and lets it end. Returns its output and error, or the refusal of the start. */
async function start(name: string | undefined, job: object): Promise<string> {
  const input = JSON.stringify({ job });
  const made = attacker('states', 'StartExecution', { stateMachineArn: world.system.machine.arn, name, input });
  const { executionArn } = (await made.catch(() => ({}))) as { executionArn?: string };
  if (executionArn === undefined) return 'not started';
  type Execution = { status: string; error?: string; cause?: string; output?: string };
  const read = async () => (await admin('states', 'DescribeExecution', { executionArn })) as Execution;
  await clock.advanceUntil(async () => (await read()).status !== 'RUNNING', 3_600_000);
  const { status, error = '', cause = '', output = '' } = await read();
  return `${status} ${error} ${cause} ${output}`;
}

/** Another team's pipeline, whose worker has acknowledged its job. */
async function startForeignJob(): Promise<Job> {
  const type = { category: 'Deploy', provider: 'Theirs', version: '1' };
  const [inputArtifactDetails, outputArtifactDetails] = [5, 0].map((maximumCount) => ({
    minimumCount: 0,
    maximumCount,
  }));
  await admin('codepipeline', 'CreateCustomActionType', { ...type, inputArtifactDetails, outputArtifactDetails });
  const found = (await admin('codepipeline', 'GetPipeline', { name: 'attacked' })) as {
    pipeline: { stages: object[] };
  };
  const ship = {
    name: 'Ship',
    actionTypeId: { ...type, owner: 'Custom' },
    inputArtifacts: [{ name: 'Bundle' }],
  };
  const stages = [found.pipeline.stages[0], { name: 'Ship', actions: [ship] }];
  await admin('codepipeline', 'CreatePipeline', { pipeline: { ...found.pipeline, name: 'theirs', stages } });
  await admin('codepipeline', 'StartPipelineExecution', { name: 'theirs' });
  const poll = async () =>
    (await admin('codepipeline', 'PollForJobs', { actionTypeId: { ...type, owner: 'Custom' } })) as { jobs: Job[] };
  await clock.advanceUntil(async () => (await poll()).jobs.length > 0, 600_000);
  const [job] = (await poll()).jobs;
  await admin('codepipeline', 'AcknowledgeJob', { jobId: job!.id, nonce: job!.nonce });
  return job!;
}

const readAction = async (name: string, stage: string) => {
  type State = { stageStates: { stageName: string; actionStates: { latestExecution?: { status: string } }[] }[] };
  const { stageStates } = (await admin('codepipeline', 'GetPipelineState', { name })) as State;
  return stageStates.find(({ stageName }) => stageName === stage)?.actionStates[0]?.latestExecution?.status;
};

describe("another team's job is neither deployed nor reported", () => {
  it('by its id in any form of an input', async () => {
    const { id, nonce, data } = await startForeignJob();
    const { actionExecutionId } = data.pipelineContext.action;
    const before = await world.runs('prod');
    const claims = { id, configuration: prodProperties, pipeline: { name: 'attacked' } };
    const attempts: [name: string | undefined, job: object][] = [
      [undefined, claims],
      [id, claims],
      [actionExecutionId, { ...claims, nonce, actionExecutionId }],
      [`${actionExecutionId}-again`, { ...claims, nonce: '0', actionExecutionId }],
      [undefined, { ...claims, nonce }],
      ['broken', { id, configuration: 7 }],
      [`${id}-x`, { id }],
    ];
    for (const [name, job] of attempts) expect(await start(name, job)).not.toContain('"Succeeded"');
    await pass(10);
    expect(await readAction('theirs', 'Ship')).toBe('InProgress');
    await admin('codepipeline', 'PutJobSuccessResult', { jobId: id });
    await clock.advanceUntil(async () => (await readAction('theirs', 'Ship')) === 'Succeeded', 60_000);
    expect(await world.runs('prod')).toEqual(before);
  });
});

it("Gantry's own job deploys only what CodePipeline says, and ends as its own release ends", async () => {
  const image = `${repository.uri}@${await push('good', 'a good image')}`;
  const before = await world.runs('prod');
  const seen = new Set<string>();
  const rest: Promise<string>[] = [];
  world.cloud.eventListeners.push(({ source, detail }) => {
    if (source !== 'aws.states' || detail.status !== 'RUNNING' || seen.size > 0) return;
    const { id } = JSON.parse(String(detail.input)).job;
    seen.add(id);
    rest.push(start(undefined, { id, configuration: prodProperties }));
    rest.push(start('theirs', { id, nonce: '0', actionExecutionId: 'theirs', configuration: prodProperties }));
  });
  await world.releaseToTest(imageList(image));
  const ends = await Promise.all(rest);
  expect(ends[0]).toContain('has no nonce');
  expect(ends[1]).toMatch(/^SUCCEEDED .*"status":"Lost"/);
  expect(await world.readDeployment('Test')).toMatchObject({ status: 'Succeeded' });
  expect(await world.runs('prod')).toEqual(before);
  expect(await world.runs('test')).toMatchObject({ app: image });
});
