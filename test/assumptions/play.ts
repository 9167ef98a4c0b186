import type { SelectedAnswer } from '../../local/assumptions/answers.ts';
import { selectAnswers } from '../../local/assumptions/answers.ts';
import type { OperationRequest } from '../../local/cloud.ts';
import { injectFaults } from '../../local/faults.ts';
import { createSystemFactory, type SystemFactory } from '../../local/run/in-process-system.ts';
import { config } from './config.ts';
import { createPipeline, createWorld, readServices, type TestEnvironment, updateService } from './environment.ts';
import type { FinishedRun } from './finished-run.ts';
import { findProblems } from './problems.ts';
import { type Act, type Scenario, scenarios } from './scenarios.ts';

/** If nothing happens for this time, in ms, the run has ended. Late events arrive within this time. */
const quietMs = 3 * 60_000;
const lastActMs = 600_000;
const limitMs = 3_600_000;
/** The shortest time between two checks whether the run has ended, in ms. */
const checkIntervalMs = 30_000;

async function startExecution({ build }: TestEnvironment, stateMachineArn: string, input: object): Promise<string> {
  const started = await build('states', 'StartExecution', { stateMachineArn, input: JSON.stringify(input) });
  return (started as { executionArn: string }).executionArn;
}

async function startPipeline(environment: TestEnvironment, { service }: Scenario, act: Act & { do: 'start pipeline' }) {
  await createPipeline(environment, service, act);
  const started = await environment.build('codepipeline', 'StartPipelineExecution', { name: service });
  return (started as { pipelineExecutionId: string }).pipelineExecutionId;
}

/** Performs an act; returns the execution that it started. */
async function perform(
  environment: TestEnvironment,
  scenario: Scenario,
  act: Act,
  before: string[],
): Promise<string | undefined> {
  const { service } = scenario;
  const target = `test/${service}`;
  const { machine, rollbackMachine } = environment.system;
  switch (act.do) {
    case 'release': {
      const images = [{ name: 'app', imageUri: environment.images.get(act.image)! }];
      return startExecution(environment, machine.arn, { target, images, timeoutMinutes: 15 });
    }
    case 'roll back':
      return startExecution(environment, rollbackMachine.arn, { target });
    case 'start pipeline':
      return startPipeline(environment, scenario, act);
    case 'update':
      await updateService(environment, service, act.image);
      return undefined;
    case 'abandon pipeline': {
      const abandoned = { pipelineName: service, pipelineExecutionId: before[0]!, abandon: true };
      await environment.build('codepipeline', 'StopPipelineExecution', abandoned);
      return undefined;
    }
  }
}

/** Returns the names of the executions that run and of the services that are not steady. */
async function listUnfinished(environment: TestEnvironment): Promise<string[]> {
  const executions = [environment.system.machine, environment.system.rollbackMachine].map(async ({ arn }) => {
    const found = await environment.build('states', 'ListExecutions', {
      stateMachineArn: arn,
      statusFilter: 'RUNNING',
    });
    return (found as { executions: { executionArn: string }[] }).executions.map(({ executionArn }) => executionArn);
  });
  const services = (await readServices(environment)).filter(
    (each) => each.deployments.length > 1 || each.runningCount !== each.desiredCount,
  );
  return [...(await Promise.all(executions)).flat(), ...services.map(({ serviceName }) => serviceName)];
}

/** Lets time pass until nothing has been in progress for a while, but at least for `leastMs`. */
async function waitUntilQuiet(environment: TestEnvironment, leastMs: number, restMs: number): Promise<void> {
  const { clock } = environment;
  const earliest = clock.now() + leastMs;
  let checkedAt = clock.now();
  let quietSince = Number.POSITIVE_INFINITY;
  let unfinished: string[] = [];
  const isQuiet = async (): Promise<boolean> => {
    if (clock.now() < checkedAt + checkIntervalMs) return false;
    checkedAt = clock.now();
    unfinished = await listUnfinished(environment);
    quietSince = unfinished.length > 0 ? Number.POSITIVE_INFINITY : Math.min(quietSince, clock.now());
    return clock.now() >= earliest && clock.now() >= quietSince + restMs;
  };
  await clock.advanceUntil(isQuiet, limitMs).catch((error: unknown) => {
    throw new Error(`${error instanceof Error ? error.message : error}; unfinished: ${unfinished.join(', ')}`);
  });
}

/** Makes each function that takes or acknowledges a job, or runs a task, die once, right after the call that does so. */
const crashes = ['codepipeline PollForJobs', 'codepipeline AcknowledgeJob', 'ecs RunTask'].map((call) => ({
  to: 'call' as const,
  words: [call],
  nth: 1,
  times: 1,
  what: 'killed after' as const,
}));

async function playScenarios(environment: TestEnvironment): Promise<FinishedRun> {
  const started = new Map<Scenario, string[]>(scenarios.map((scenario) => [scenario, []]));
  const refused: string[] = [];
  const tasks: FinishedRun['tasks'] = new Map();
  const results: FinishedRun['results'] = new Map();
  const watch = async ({ operation, input }: OperationRequest, _: unknown, effect: () => Promise<unknown>) => {
    if (/^PutJob(Success|Failure)Result$/.test(operation)) {
      const { jobId } = input as { jobId: string };
      results.set(jobId, (results.get(jobId) ?? new Set()).add(operation));
    }
    const answer = await effect();
    if (operation === 'RunTask') recordTasks(tasks, answer as RunTaskAnswer);
    return answer;
  };
  injectFaults(environment.cloud, { faults: crashes, observe: watch });
  for (const scenario of scenarios)
    for (const act of scenario.acts) {
      const known = started.get(scenario)!;
      const doIt = async () => {
        const execution = await perform(environment, scenario, act, known);
        if (execution !== undefined) known.push(execution);
      };
      const note = (error: unknown) => void refused.push(`${scenario.service}: ${act.do} was refused: ${error}`);
      environment.clock.after(act.after * 1000, () => void environment.clock.freezeDuring(doIt().catch(note)));
    }
  await waitUntilQuiet(environment, lastActMs + quietMs, quietMs);
  delete environment.cloud.faultHooks;
  return { environment, started, refused, results, tasks };
}

interface RunTaskAnswer {
  tasks: { taskArn: string; group: string }[];
}

function recordTasks(tasks: FinishedRun['tasks'], answer: RunTaskAnswer): void {
  for (const { taskArn, group } of answer.tasks) {
    const family = group.replace('family:', '');
    tasks.set(family, (tasks.get(family) ?? new Set()).add(taskArn));
  }
}

/**
 * The assumptions whose answers are played with permission checks. The defaults are played with these checks, too. The checks take more time than everything
 * else.
 */
const aboutPermissions = new Set(['poll-arn', 'credentials-key', 'pipeline-source-account', 'task-source-account']);

let factory: Promise<SystemFactory> | undefined;

/** Plays all scenarios in a new system with this answer (undefined: with the defaults). Returns each problem as a sentence. */
export async function playUnder(answer?: SelectedAnswer): Promise<string[]> {
  factory ??= createSystemFactory(config);
  const answers = selectAnswers(...(answer === undefined ? [] : [answer]));
  const system = await (await factory)('assumptions', answers);
  system.cloud.skipAuthorization = answer !== undefined && !aboutPermissions.has(answer.id);
  try {
    const environment = await createWorld(system, scenarios);
    await waitUntilQuiet(environment, 0, 30_000);
    return await findProblems(await playScenarios(environment), answer);
  } catch (error) {
    return [`the run did not end: ${error instanceof Error ? error.message : String(error)}`];
  } finally {
    await system.stop();
  }
}
