import type { SelectedAnswer } from '../../local/assumptions/answers.ts';
import { selectAnswers } from '../../local/assumptions/answers.ts';
import type { OperationRequest } from '../../local/cloud.ts';
import { injectFaults } from '../../local/faults.ts';
import { createSystemFactory, type SystemFactory } from '../../local/run/in-process-system.ts';
import { config } from './config.ts';
import type { PlayedWorld } from './played-world.ts';
import { findProblems } from './problems.ts';
import { type Act, type Scenario, scenarios } from './scenarios.ts';
import { createPipeline, createWorld, readServices, updateService, type World } from './world.ts';

/** Longer than the last act and all that follows from it: what comes late has come by then. Milliseconds. */
const quietMs = 3 * 60_000;
const lastActMs = 600_000;
const limitMs = 3_600_000;
/** Nothing is looked at more often than this. Milliseconds. */
const lookEveryMs = 30_000;

async function startExecution({ build }: World, stateMachineArn: string, input: object): Promise<string> {
  const started = await build('states', 'StartExecution', { stateMachineArn, input: JSON.stringify(input) });
  return (started as { executionArn: string }).executionArn;
}

async function startPipeline(world: World, { service }: Scenario, act: Act & { do: 'start pipeline' }) {
  await createPipeline(world, service, act);
  const started = await world.build('codepipeline', 'StartPipelineExecution', { name: service });
  return (started as { pipelineExecutionId: string }).pipelineExecutionId;
}

/** Does what somebody does; answers the execution that it started. */
async function perform(world: World, scenario: Scenario, act: Act, before: string[]): Promise<string | undefined> {
  const { service } = scenario;
  const target = `test/${service}`;
  const { machine, rollbackMachine } = world.system;
  switch (act.do) {
    case 'release': {
      const images = [{ name: 'app', imageUri: world.images.get(act.image)! }];
      return startExecution(world, machine.arn, { target, images, timeoutMinutes: 15 });
    }
    case 'roll back':
      return startExecution(world, rollbackMachine.arn, { target });
    case 'start pipeline':
      return startPipeline(world, scenario, act);
    case 'update':
      await updateService(world, service, act.image);
      return undefined;
    case 'abandon pipeline': {
      const abandoned = { pipelineName: service, pipelineExecutionId: before[0]!, abandon: true };
      await world.build('codepipeline', 'StopPipelineExecution', abandoned);
      return undefined;
    }
  }
}

/** Executions that run and services that are not steady, by name. */
async function listUnfinished(world: World): Promise<string[]> {
  const executions = [world.system.machine, world.system.rollbackMachine].map(async ({ arn }) => {
    const found = await world.build('states', 'ListExecutions', { stateMachineArn: arn, statusFilter: 'RUNNING' });
    return (found as { executions: { executionArn: string }[] }).executions.map(({ executionArn }) => executionArn);
  });
  const services = (await readServices(world)).filter(
    (each) => each.deployments.length > 1 || each.runningCount !== each.desiredCount,
  );
  return [...(await Promise.all(executions)).flat(), ...services.map(({ serviceName }) => serviceName)];
}

/** Lets time pass until nothing has been going on for a while, but at least for `leastMs`. */
async function waitUntilQuiet(world: World, leastMs: number, restMs: number): Promise<void> {
  const { clock } = world;
  const earliest = clock.now() + leastMs;
  let looked = clock.now();
  let quietSince = Number.POSITIVE_INFINITY;
  let unfinished: string[] = [];
  const isQuiet = async (): Promise<boolean> => {
    if (clock.now() < looked + lookEveryMs) return false;
    looked = clock.now();
    unfinished = await listUnfinished(world);
    quietSince = unfinished.length > 0 ? Number.POSITIVE_INFINITY : Math.min(quietSince, clock.now());
    return clock.now() >= earliest && clock.now() >= quietSince + restMs;
  };
  await clock.advanceUntil(isQuiet, limitMs).catch((error: unknown) => {
    throw new Error(`${error instanceof Error ? error.message : error}; unfinished: ${unfinished.join(', ')}`);
  });
}

/** The functions that take and acknowledge a job die once, right after their call. */
const crashes = ['codepipeline PollForJobs', 'codepipeline AcknowledgeJob'].map((call) => ({
  to: 'call' as const,
  words: [call],
  nth: 1,
  times: 1,
  what: 'killed after' as const,
}));

async function playScenarios(world: World): Promise<PlayedWorld> {
  const started = new Map<Scenario, string[]>(scenarios.map((scenario) => [scenario, []]));
  const refused: string[] = [];
  let results = 0;
  const watch = async ({ operation }: OperationRequest, _: unknown, effect: () => Promise<unknown>) => {
    if (/^PutJob(Success|Failure)Result$/.test(operation)) results += 1;
    return effect();
  };
  injectFaults(world.cloud, { faults: crashes, observe: watch });
  for (const scenario of scenarios)
    for (const act of scenario.acts) {
      const known = started.get(scenario)!;
      const doIt = async () => {
        const execution = await perform(world, scenario, act, known);
        if (execution !== undefined) known.push(execution);
      };
      const note = (error: unknown) => void refused.push(`${scenario.service}: ${act.do} was refused: ${error}`);
      world.clock.after(act.after * 1000, () => void world.clock.freezeDuring(doIt().catch(note)));
    }
  await waitUntilQuiet(world, lastActMs + quietMs, quietMs);
  delete world.cloud.faultHooks;
  return { world, started, refused, results };
}

/** Only for these, and for the defaults, are permissions checked: that takes more time than all else. */
const aboutPermissions = new Set(['poll-arn', 'credentials-key', 'pipeline-source-account', 'task-source-account']);

let factory: Promise<SystemFactory> | undefined;

/** Plays all scenarios in a new system that gives this answer (none: the defaults); answers what went wrong, in sentences. */
export async function playUnder(answer?: SelectedAnswer): Promise<string[]> {
  factory ??= createSystemFactory(config);
  const answers = selectAnswers(...(answer === undefined ? [] : [answer]));
  const system = await (await factory)('assumptions', answers);
  system.cloud.skipAuthorization = answer !== undefined && !aboutPermissions.has(answer.id);
  try {
    const world = await createWorld(system, scenarios);
    await waitUntilQuiet(world, 0, 30_000);
    return await findProblems(await playScenarios(world), answer);
  } catch (error) {
    return [`the run did not end: ${error instanceof Error ? error.message : String(error)}`];
  } finally {
    await system.stop();
  }
}
