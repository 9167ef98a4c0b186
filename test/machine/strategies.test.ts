import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Config } from '../../core/config/check.ts';
import type { StageProgress } from '../../core/model/stage-progress.ts';
import example from '../../infra/config.ts';
import { getFirstPipeline } from '../../local/run/first-pipeline.ts';
import { runByEntryMachine } from './manual.ts';
import { startReleaseSystem } from './release-system.ts';

const page = readFileSync(new URL('../../docs/strategies.md', import.meta.url), 'utf8');

/** Returns the configuration below a heading of docs/strategies.md. */
function exampleUnder(heading: string): Record<string, unknown> {
  const [, json] = /```json\n([\s\S]+?)```/.exec(page.split(`### ${heading}\n`)[1] ?? '') ?? [];
  if (json === undefined) throw new Error(`docs/strategies.md has no example under "${heading}".`);
  return JSON.parse(json);
}

const minute = 60_000;
const hour = 60 * minute;
/** The example, whose people can answer pause hooks in test. */
const config: Config = {
  ...example,
  targets: example.targets.map((target) => (target.name === 'test' ? { ...target, pauseHooks: 'allow' } : target)),
};
const system = await startReleaseSystem(config);
const { build, clock, testAccount } = system;
await testAccount('monitoring', 'PutMetricAlarm', {
  AlarmName: 'web-5xx',
  EvaluationPeriods: 1,
  ComparisonOperator: 'GreaterThanThreshold',
  Threshold: 1,
});

let images = 0;
const configure = (deploymentConfiguration: Record<string, unknown>) =>
  testAccount('ecs', 'UpdateService', {
    cluster: 'web-shop',
    service: 'web',
    deploymentConfiguration: {
      lifecycleHooks: [],
      alarms: { alarmNames: [], enable: false, rollback: false },
      ...deploymentConfiguration,
    },
  });

/** Configures the service, and begins a release of an image with this behaviour. */
async function begin(configuration: Record<string, unknown>, behavior = {}, more = {}): Promise<string> {
  await configure(configuration);
  const imageUri = await system.push(`image-${++images}`, behavior);
  return system.begin({ target: 'test/web', images: [{ name: 'app', imageUri }], timeoutMinutes: 60, ...more });
}

interface Hook {
  hookId: string;
  status: string;
}

/** Returns the newest service deployment, with its hooks. */
async function newest() {
  const { serviceDeployments } = (await testAccount('ecs', 'ListServiceDeployments', {
    cluster: 'web-shop',
    service: 'web',
  })) as { serviceDeployments: { serviceDeploymentArn: string }[] };
  const { serviceDeploymentArn } = serviceDeployments[0]!;
  const described = (await testAccount('ecs', 'DescribeServiceDeployments', {
    serviceDeploymentArns: [serviceDeploymentArn],
  })) as { serviceDeployments: [{ status: string; lifecycleStage?: string; lifecycleHookDetails?: Hook[] }] };
  const waiting = described.serviceDeployments[0].lifecycleHookDetails?.find(
    ({ status }) => status === 'AWAITING_ACTION',
  );
  return { serviceDeploymentArn, ...described.serviceDeployments[0], waiting };
}

const untilPaused = () => system.waitUntil(newest, ({ waiting }) => waiting !== undefined);
const pass = async (ms: number): Promise<void> => {
  const end = clock.now() + ms;
  let over = false;
  clock.after(ms, () => {
    over = true;
  });
  await clock.advanceUntil(() => over || clock.now() > end, ms + minute);
};

async function answer(action: 'CONTINUE' | 'ROLLBACK'): Promise<void> {
  const { serviceDeploymentArn, waiting } = await newest();
  await testAccount('ecs', 'ContinueServiceDeployment', { serviceDeploymentArn, hookId: waiting!.hookId, action });
}

/** Answers the hook through the entry machine of the target. The input names the newest hook that waited. */
async function answerAs(by: string) {
  const { serviceDeploymentArn, waiting, lifecycleHookDetails } = await newest();
  const { hookId } = waiting ?? lifecycleHookDetails!.at(-1)!;
  const input = { serviceDeploymentArn, hookId, action: 'CONTINUE', by, reason: 'it is good' };
  return runByEntryMachine(system, 'continue', 'test/web', input);
}

/** Returns the answers in the ledger entry of an execution, as JSON of DynamoDB. */
async function readAnswers(execution: string): Promise<string> {
  const { Items } = (await build('dynamodb', 'Query', {
    TableName: system.system.table.name,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': { S: 'service#222222222222/eu-west-1/web-shop/web' } },
  })) as { Items: { sk: { S: string }; execution?: { S: string }; answers?: unknown }[] };
  const entry = Items.find((one) => one.sk.S.startsWith('deployment#') && one.execution?.S === execution);
  return JSON.stringify(entry?.answers);
}

const progressOf = (done: { output: Record<string, unknown> }) =>
  (done.output.verdict as { progress: StageProgress }).progress;

describe('the example of docs/strategies.md', () => {
  it.each([
    ['Blue/green', 1, 10],
    ['Canary', 2, 20],
    ['Linear', 4, 20],
  ])('%s rolls out and is followed to its end', async (heading, steps, bakeMinutes) => {
    const began = clock.now();
    const done = await system.end(await begin(exampleUnder(heading)));
    expect(done).toMatchObject({ status: 'SUCCEEDED', output: { report: { type: 'Succeeded' } } });
    expect(progressOf(done)).toMatchObject({ production: 100, stepsDone: steps, stepsLeft: 0, reached: 100 });
    expect(clock.now() - began).toBeGreaterThan(bakeMinutes * minute);
    expect(clock.now() - began).toBeLessThan((bakeMinutes + 6) * minute);
  });

  it("Blue/green, with Gantry's own bake time: it comes after the bake time of ECS", async () => {
    const began = clock.now();
    const execution = await begin(exampleUnder('Blue/green'), {}, { bakeMinutes: 5 });
    await system.waitUntil(newest, ({ status }) => status === 'SUCCESSFUL');
    expect(clock.now() - began).toBeGreaterThan(10 * minute);
    const baked = clock.now();
    expect(await system.end(execution)).toMatchObject({ status: 'SUCCEEDED' });
    expect(clock.now() - baked).toBeGreaterThanOrEqual(5 * minute - 5000);
    expect(clock.now() - baked).toBeLessThan(7 * minute);
  });

  it('A person decides: the release goes on when a person continues it, although that took longer than its time limit', async () => {
    const execution = await begin(exampleUnder('A person decides'));
    await untilPaused();
    const { taskDefinition: paused } = await system.service();
    // Somebody moves the tag to an image that crashes. The release deploys the digest that it found before.
    await system.push(`image-${images}`, Object.fromEntries([['then', 'crash']]));
    await pass(90 * minute);
    expect((await system.describe(execution)).status).toBe('RUNNING');
    const answered = clock.now();
    expect((await answerAs('alice')).status).toBe('SUCCEEDED');
    const asked = await answerAs('bob');
    expect(asked).toMatchObject({
      error: 'ConfigurationError',
      cause: expect.stringMatching(/faster: alice continued/),
    });
    const done = await system.end(execution);
    expect(done).toMatchObject({ status: 'SUCCEEDED' });
    expect(done.output.report.message).toMatch(/alice continued the lifecycle hook ecs-pause-\w+ \(it is good\)\./);
    const answers = await readAnswers(execution);
    for (const text of ['alice', 'it is good', 'CONTINUE']) expect(answers).toContain(`{"S":"${text}"}`);
    expect((await system.service()).taskDefinition).toBe(paused);
    expect(clock.now() - answered).toBeLessThan(8 * minute);
  });

  it('A person decides: the answer ROLLBACK ends the release at once, and the old revision runs', async () => {
    const { taskDefinition: before } = await system.service();
    const execution = await begin(exampleUnder('A person decides'));
    await untilPaused();
    const answered = clock.now();
    await answer('ROLLBACK');
    const done = await system.end(execution);
    expect(done.cause).toMatch(
      /somebody rolled it back at the lifecycle hook ecs-pause-\w+\. It came to the stage POST_TEST_TRAFFIC_SHIFT, with at most 0 % /,
    );
    expect(clock.now() - answered).toBeLessThan(3 * minute);
    expect((await system.service()).taskDefinition).toBe(before);
  });
});

it('a release whose tasks crash is stopped by Gantry, although ECS has no circuit breaker for the strategy', async () => {
  const { taskDefinition: before } = await system.service();
  const began = clock.now();
  const done = await system.end(await begin(exampleUnder('Canary'), Object.fromEntries([['then', 'crash']])));
  expect(done.cause).toMatch(/does not stay up.* It came to the stage SCALE_UP, with at most 0 % /);
  expect(clock.now() - began).toBeLessThan(10 * minute);
  expect((await system.service()).taskDefinition).toBe(before);
});

it('an alarm in the first step of a canary rolls back, and the revision with a tenth of the traffic is not known good', async () => {
  const { taskDefinition: before } = await system.service();
  const execution = await begin(exampleUnder('Canary'));
  await system.waitUntil(newest, ({ lifecycleStage }) => lifecycleStage === 'PRODUCTION_TRAFFIC_SHIFT');
  await pass(3 * minute);
  await testAccount('monitoring', 'SetAlarmState', {
    AlarmName: 'web-5xx',
    StateValue: 'ALARM',
    StateReason: 'Too many.',
  });
  const done = await system.end(execution);
  expect(done.cause).toMatch(
    /alarm web-5xx went to ALARM\. It came to the stage PRODUCTION_TRAFFIC_SHIFT, with at most 10 % /,
  );
  expect((await system.service()).taskDefinition).toBe(before);
  await testAccount('monitoring', 'SetAlarmState', { AlarmName: 'web-5xx', StateValue: 'OK', StateReason: 'Few.' });
  const again = await system.end(await begin({ strategy: 'CANARY' }, Object.fromEntries([['then', 'crash']])));
  expect(again.cause).toContain(before.split('/').at(-1));
  expect((await system.service()).taskDefinition).toBe(before);
});

it('a pause can outlive the job: the job fails before the limit of CodePipeline, and the release ends when the person has decided', async () => {
  const { pipeline } = getFirstPipeline(system.system);
  await configure(exampleUnder('A person decides'));
  await build('codepipeline', 'StartPipelineExecution', { name: pipeline.name });
  await untilPaused();
  const paused = clock.now();
  // The rules that run every minute would take long to play for a whole day. They are not needed, because the job is already taken.
  for (const { name, expression: ScheduleExpression } of system.system.schedules)
    await build('events', 'PutRule', { Name: `${name}-schedule`, ScheduleExpression, State: 'DISABLED' });
  const readAction = async () => {
    const { actionExecutionDetails } = (await build('codepipeline', 'ListActionExecutions', {
      pipelineName: pipeline.name,
    })) as {
      actionExecutionDetails: {
        stageName: string;
        status: string;
        output: { executionResult: { errorDetails?: { message: string } } };
      }[];
    };
    return actionExecutionDetails.find(({ stageName }) => stageName === 'Deploy-test')!;
  };
  await pass(23.4 * hour - (clock.now() - paused));
  expect((await readAction()).status).toBe('InProgress');
  await pass(0.2 * hour);
  const action = await readAction();
  expect(action.status).toBe('Failed');
  expect(action.output.executionResult.errorDetails!.message).toMatch(
    /still waits: the lifecycle hook ecs-pause-\w+ waits for somebody to continue it.*; at .*, ECS rolls the deployment back.*was not touched/,
  );
  const { executions } = (await build('states', 'ListExecutions', {
    stateMachineArn: system.system.machine.arn,
    statusFilter: 'RUNNING',
  })) as { executions: [{ executionArn: string }] };
  await pass(10 * hour);
  expect(await newest()).toMatchObject({ status: 'IN_PROGRESS', lifecycleStage: 'POST_TEST_TRAFFIC_SHIFT' });
  await answer('CONTINUE');
  const done = await system.end(executions[0].executionArn);
  expect(done).toMatchObject({ status: 'SUCCEEDED', output: { report: { type: 'Succeeded' } } });
  expect(done.output.pause).toMatchObject({ type: 'JobFailed' });
}, 120_000);
