import { expect, it } from 'vitest';
import { getFirstPipeline } from '../../local/run/first-pipeline.ts';
import { isJobReport, startUpdatableSystem, type UpdatableSystem } from './updated-system.ts';

interface Action {
  stageName: string;
  status: string;
  output: { executionResult: { errorDetails?: { message: string } } };
}

async function readDeployAction({ build, system }: UpdatableSystem): Promise<Action | undefined> {
  const asked = { pipelineName: getFirstPipeline(system).pipeline.name };
  const { actionExecutionDetails } = (await build('codepipeline', 'ListActionExecutions', asked)) as {
    actionExecutionDetails: Action[];
  };
  return actionExecutionDetails.find(({ stageName }) => stageName === 'Deploy-test');
}

async function newestExecution({ build, system }: UpdatableSystem): Promise<string | undefined> {
  const found = await build('states', 'ListExecutions', { stateMachineArn: system.machine.arn });
  return (found as { executions: { executionArn: string }[] }).executions[0]?.executionArn;
}

const startPipeline = ({ build, system }: UpdatableSystem) =>
  build('codepipeline', 'StartPipelineExecution', { name: getFirstPipeline(system).pipeline.name });

const untilOver = (system: UpdatableSystem) =>
  system.waitUntil(
    () => readDeployAction(system),
    (action) => action !== undefined && action.status !== 'InProgress',
  );

const isBy = (part: string) => (caller: { arn: string }) => caller.arn.includes(part);

it.each([
  ['after take-job polled', 'StartExecution', '-take-job'],
  ['after take-job started the execution', 'AcknowledgeJob', '-take-job'],
  ['before the execution acknowledges the job', 'AcknowledgeJob', '-acknowledge-job'],
  ['before the execution reports the result', 'PutJobSuccessResult', '-report-success'],
] as const)('a job succeeds and is reported once if an update comes %s', async (_, operation, role) => {
  const system = await startUpdatableSystem();
  let isUpdated = false;
  system.cloud.faultHooks = {
    call: async (asked, proceed) => {
      if (!isUpdated && asked.operation === operation && isBy(role)(asked.as.caller)) {
        isUpdated = true;
        await system.update();
      }
      return proceed();
    },
    event: (_event, proceed) => proceed(),
    run: (_ran, proceed) => proceed(),
  };
  await startPipeline(system);
  expect((await untilOver(system))?.status).toBe('Succeeded');
  expect(isUpdated).toBe(true);
  expect(system.cloud.authorizations.filter(isJobReport)).toHaveLength(1);
  const execution = (await newestExecution(system))!;
  expect(system.generationsOf(execution)).toEqual([operation === 'StartExecution' ? '2' : '1']);
});

it.each([
  ['by its event', false],
  ['by the schedule if its event is lost', true],
])('a dead execution is reported %s although an update came in between', async (_, isLost) => {
  const system = await startUpdatableSystem();
  await startPipeline(system);
  const executionArn = (await system.waitUntil(
    () => newestExecution(system),
    (found) => found !== undefined && system.invocations.some(({ file }) => file === 'update-service'),
  ))!;
  const held: (() => void)[] = [];
  system.cloud.faultHooks = {
    call: (_asked, proceed) => proceed(),
    event: ({ source, detail }, proceed) =>
      source === 'aws.states' && detail.status === 'ABORTED' ? void held.push(proceed) : proceed(),
    run: (_ran, proceed) => proceed(),
  };
  await system.build('states', 'StopExecution', { executionArn });
  await system.update();
  if (!isLost) for (const deliver of held) deliver();
  const action = await untilOver(system);
  expect(action?.status).toBe('Failed');
  expect(action?.output.executionResult.errorDetails?.message).toContain('was aborted by somebody');
  delete system.cloud.faultHooks;
  expect(held.length).toBeGreaterThan(0);
});

it.each([
  ['before it decides', 'decide-rollback', 'before'],
  ['before it rolls back', 'roll-back', 'before'],
] as const)(
  'a rollback that an event started continues with its functions if an update comes %s',
  async (_, file, when) => {
    const system = await startUpdatableSystem();
    const deploymentConfiguration = { deploymentCircuitBreaker: { enable: true, rollback: false } };
    await system.changeService({ deploymentConfiguration });
    const good = await system.good('good');
    // The release's own execution dies, so that the rollback machine has to handle the failed deployment.
    const imageUri = await system.push('bad', { then: 'crash', exitCode: 3 });
    const release = await system.begin({ target: 'test/web', images: [{ name: 'app', imageUri }] });
    await system.waitUntil(async () => (await system.describe(release)).states.includes('Watch Rollout'), Boolean);
    const known = await system.list();
    await system.build('states', 'StopExecution', { executionArn: release });
    system.around(file, system.update, when);
    const [rollback] = await system.noticed(known);
    expect(rollback).toMatchObject({ status: 'SUCCEEDED' });
    expect(await system.runs()).toBe(good);
    const [executionArn] = (await system.list()).filter((arn) => !known.includes(arn));
    expect(system.generationsOf(executionArn!)).toEqual(['1']);
  },
);
