import { describe, expect, it } from 'vitest';
import { AwsError } from '../../local/aws-error.ts';
import type { Fault } from '../../local/faults/fault.ts';
import { injectFaults } from '../../local/faults.ts';
import { getFirstPipeline } from '../../local/run/first-pipeline.ts';
import { type ReleaseSystem, startReleaseSystem } from './release-system.ts';

/** EventBridge delivers no event about the end of executions. */
const silence: Fault = { to: 'event', what: 'never', words: ['aws.states'], nth: 1, times: 1_000_000 };

interface Action {
  status: string;
  output: { executionResult: { errorDetails?: { message: string } } };
}

async function deployed({ build, system }: ReleaseSystem): Promise<Action | undefined> {
  const { actionExecutionDetails } = (await build('codepipeline', 'ListActionExecutions', {
    pipelineName: getFirstPipeline(system).pipeline.name,
  })) as { actionExecutionDetails: (Action & { stageName: string })[] };
  return actionExecutionDetails.find(({ stageName }) => stageName === 'Deploy-test');
}

const untilOver = (environment: ReleaseSystem) =>
  environment.waitUntil(
    () => deployed(environment),
    (action) => action !== undefined && action.status !== 'InProgress',
  );

/** Returns the executions of deploy, newest first. */
async function executions({ build, system }: ReleaseSystem): Promise<string[]> {
  const found = await build('states', 'ListExecutions', { stateMachineArn: system.machine.arn });
  return (found as { executions: { executionArn: string }[] }).executions.map(({ executionArn }) => executionArn);
}

/** Begins a release in the pipeline with a bake time long enough for the test; returns its execution once it is watching the rollout. */
async function watching(environment: ReleaseSystem): Promise<string> {
  await bake(environment);
  await environment.build('codepipeline', 'StartPipelineExecution', {
    name: getFirstPipeline(environment.system).pipeline.name,
  });
  const look = async () => {
    const [newest] = await executions(environment);
    const states = newest && (await environment.describe(newest)).states;
    return states?.includes('Watch Rollout') ? newest : undefined;
  };
  return (await environment.waitUntil(look, (found) => found !== undefined))!;
}

async function bake({ build, system }: ReleaseSystem): Promise<void> {
  const stages = getFirstPipeline(system).pipeline.stages.map((stage) => ({
    ...stage,
    actions: stage.actions.map((action) =>
      stage.name.startsWith('Deploy')
        ? { ...action, configuration: { ...action.configuration, BakeMinutes: '10' } }
        : action,
    ),
  }));
  await build('codepipeline', 'UpdatePipeline', { pipeline: { ...getFirstPipeline(system).pipeline, stages } });
}

const stop = ({ build }: ReleaseSystem, executionArn: string) => build('states', 'StopExecution', { executionArn });

/** Returns the items of the service in the table, in DynamoDB's notation. */
async function readItems({ build, system }: ReleaseSystem): Promise<Record<string, { S?: string }>[]> {
  const found = await build('dynamodb', 'Query', {
    TableName: system.table.name,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': { S: 'service#222222222222/eu-west-1/web-shop/web' } },
  });
  return (found as { Items: Record<string, { S?: string }>[] }).Items;
}

/** Returns the function's calls after the first `since` calls, by operation. */
const callsOf = ({ cloud }: ReleaseSystem, since: number): Record<string, number> => {
  const own = cloud.authorizations.slice(since).filter(({ principal }) => principal.includes('report-dead-execution'));
  return Object.fromEntries(
    Object.entries(Object.groupBy(own, ({ operation }) => operation)).map(([name, calls = []]) => [name, calls.length]),
  );
};

const pass = async ({ clock }: ReleaseSystem, minutes: number): Promise<void> => {
  const end = clock.now() + minutes * 60_000;
  await clock.advanceUntil(async () => clock.now() >= end);
};

it('a dead execution gives up its lease and ends its ledger entry although CodePipeline does not answer, and is reported afterwards', async () => {
  const environment = await startReleaseSystem();
  const running = await watching(environment);
  let isDown = true;
  environment.cloud.faultHooks = {
    call: ({ service, as }, proceed) =>
      isDown && service === 'codepipeline' && as.caller.arn.includes('report-dead-execution')
        ? Promise.reject(new AwsError('InternalFailure', 'down', 500))
        : proceed(),
    event: (_event, proceed) => proceed(),
    run: (_ran, proceed) => proceed(),
  };
  await stop(environment, running);
  await pass(environment, 3);
  expect((await deployed(environment))?.status).toBe('InProgress');
  const items = await readItems(environment);
  expect(items.find(({ sk }) => sk?.S === 'lease')).toMatchObject({ released: { BOOL: true } });
  const entry = items.find(({ execution }) => execution?.S === running);
  expect(entry).toMatchObject({ result: { S: 'Failed' }, end: expect.anything() });
  isDown = false;
  expect((await untilOver(environment))?.status).toBe('Failed');
});

describe('an execution that ended without a report, whose event was lost,', () => {
  it('is reported within a minute', async () => {
    const environment = await startReleaseSystem();
    const running = await watching(environment);
    injectFaults(environment.cloud, { faults: [silence] });
    await stop(environment, running);
    const died = environment.clock.now();
    const action = await untilOver(environment);
    expect(action?.output.executionResult.errorDetails?.message).toContain('was aborted by somebody');
    expect(environment.clock.now() - died).toBeLessThanOrEqual(61_000);
  });

  it('is reported soon after ten minutes without sweeps', async () => {
    const environment = await startReleaseSystem();
    const running = await watching(environment);
    const outage: Fault = { to: 'run', what: 'outage', words: ['report-dead-execution'], from: 0, seconds: 600 };
    injectFaults(environment.cloud, { faults: [silence, outage] });
    await stop(environment, running);
    const died = environment.clock.now();
    expect((await untilOver(environment))?.status).toBe('Failed');
    expect(environment.clock.now() - died).toBeLessThan(20 * 60_000);
  });

  it('has a complete entry in the ledger in the end, although no sweep ran for more than a day', async () => {
    const environment = await startReleaseSystem();
    const running = await watching(environment);
    injectFaults(environment.cloud, { faults: [silence] });
    await stop(environment, running);
    const setSweeps = async (State: 'ENABLED' | 'DISABLED') => {
      for (const { name, expression: ScheduleExpression } of environment.system.schedules)
        await environment.build('events', 'PutRule', { Name: `${name}-schedule`, ScheduleExpression, State });
    };
    await setSweeps('DISABLED');
    // The clock only jumps to timers, so a timer at that time must exist.
    for (const hours of [15, 16.5]) {
      environment.clock.after(hours * 3_600_000, () => undefined);
      await pass(environment, hours * 60);
    }
    const read = async () => (await readItems(environment)).find(({ execution }) => execution?.S === running);
    expect((await read())?.end).toBeUndefined();
    await setSweeps('ENABLED');
    await pass(environment, 2 * 60);
    expect(await read()).toMatchObject({ result: { S: 'Failed' }, reason: { S: expect.stringContaining('aborted') } });
  });

  it('is checked less and less often', async () => {
    const environment = await startReleaseSystem();
    const running = await watching(environment);
    await stop(environment, running);
    await untilOver(environment);
    const before = environment.cloud.authorizations.length;
    await pass(environment, 64);
    const { ListExecutions = 0, DescribeExecution = 0 } = callsOf(environment, before);
    expect(DescribeExecution).toBeLessThanOrEqual(14);
    // Three calls a minute, and one more for each check: whether another execution has the job.
    expect(ListExecutions - DescribeExecution).toBeLessThanOrEqual(65 * 3);
  });

  it('loses its job to the execution that took it over, and that execution is not affected', async () => {
    const environment = await startReleaseSystem();
    await bake(environment);
    // take-job cannot acknowledge the job. So CodePipeline still offers the job after the job's first execution has died.
    let refusals = 1;
    environment.cloud.faultHooks = {
      call: ({ operation, as }, proceed) =>
        operation === 'AcknowledgeJob' && as.caller.arn.includes('-take-job') && refusals-- > 0
          ? Promise.reject(new AwsError('ValidationException', 'not now'))
          : proceed(),
      event: (_event, proceed) => proceed(),
      run: (_ran, proceed) => proceed(),
    };
    const stillborn: string[] = [];
    environment.cloud.eventListeners.push(({ source, detail }) => {
      if (source !== 'aws.states' || detail.status !== 'RUNNING' || stillborn.length > 0) return;
      stillborn.push(String(detail.executionArn));
      void environment.clock.freezeDuring(Promise.resolve(stop(environment, stillborn[0]!)));
    });
    await environment.build('codepipeline', 'StartPipelineExecution', {
      name: getFirstPipeline(environment.system).pipeline.name,
    });
    expect((await untilOver(environment))?.status).toBe('Succeeded');
    const [second, first] = await executions(environment);
    expect(first).toBe(stillborn[0]);
    expect(await environment.describe(first!)).toMatchObject({
      status: 'ABORTED',
      states: ['Check Input', 'Acknowledge Job'],
    });
    expect(await environment.describe(second!)).toMatchObject({ status: 'SUCCEEDED' });
  });
});

it('without dead executions a sweep makes three calls', async () => {
  const environment = await startReleaseSystem();
  const before = environment.cloud.authorizations.length;
  await pass(environment, 10);
  expect(callsOf(environment, before)).toEqual({ ListExecutions: 30 });
});
