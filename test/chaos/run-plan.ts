import { injectFaults } from '../../local/faults.ts';
import type { InProcessSystem } from '../../local/run/in-process-system.ts';
import { alarmsOf, createAlarm } from './alarms.ts';
import { config, services } from './config.ts';
import { countPlan } from './count-plan.ts';
import { answerHookFunctions, createPauseAnswers } from './hooks.ts';
import { readLedger } from './ledger.ts';
import { createOtherActions, fire } from './other-actors.ts';
import { type ChaosPlan, deploymentLabel } from './plan.ts';
import type { PlanRun } from './plan-run.ts';
import { createRecorder } from './record-calls.ts';
import { createSchedule, readSchedule } from './schedules.ts';
import {
  beginHistory,
  configureShift,
  createChaosService,
  createPipeline,
  pushImages,
  readChaosService,
  readTaskDefinition,
} from './setup.ts';

/** The time limit of a run in ms: several times the longest time-out, a rollback and the longest outage. */
const limitMs = 4 * 3_600_000;

/** The longest time in ms that a lease can be held after the last execution. */
const leaseMs = 180_000;

/** The time in ms to wait after the last execution, for late events and for a lease to expire. */
const calculateSettleMs = ({ faults }: ChaosPlan): number =>
  leaseMs + 20_000 + 1000 * Math.max(0, ...faults.map((fault) => (fault.what === 'late' ? (fault.seconds ?? 0) : 0)));

/** The longest time until every answer shows that the services are steady, in ms. */
const shownMs = 15_000;

const untilSteady = async (stage: InProcessSystem): Promise<void> => {
  await stage.clock.advanceUntil(async () => {
    const all = await Promise.all(services.map((_, index) => readChaosService(stage, index)));
    // Does not use rolloutState, because one answer to an assumption omits that field.
    return all.every(({ events }) => events.some(({ message }: { message: string }) => /steady state/.test(message)));
  });
  const steadyAt = stage.clock.now();
  stage.clock.after(shownMs, () => undefined);
  await stage.clock.advanceUntil(() => stage.clock.now() >= steadyAt + shownMs);
};

/** Runs a plan to its end. `all`: also records calls that only read. */
export async function runPlan(stage: InProcessSystem, plan: ChaosPlan, all = false): Promise<PlanRun> {
  const images = await pushImages(stage, plan.tasks);
  for (const index of services.keys()) for (const name of alarmsOf(plan, index)) await createAlarm(stage, index, name);
  for (const [index, service] of plan.services.entries()) await createChaosService(stage, index, service);
  for (const [index, each] of plan.deployments.entries())
    if (each.by === 'job') await createPipeline(stage, index, each, images[each.image].uri);
  await untilSteady(stage);
  for (const [index, service] of plan.services.entries()) beginHistory(stage, index, service);
  for (const [index, service] of plan.services.entries()) await configureShift(stage, index, service);
  const run = createRun(stage, plan, images);
  for (const index of services.keys()) run.before.push(await readChaosService(stage, index));
  if (plan.tasks !== undefined) await createSchedules(run);
  countPlan(run);
  answerHookFunctions(run, (index, alarm) => fire(stage, plan, run.others, index, alarm));
  watchEvents(run);
  const crashing = images.crash.uri;
  const actions = createOtherActions(stage, plan, run.others, { arns: newestOf(run), crashing, counts: run.counts });
  injectFaults(stage.cloud, { faults: plan.faults, actions, observe: createRecorder(run, all) });
  for (const { act, after } of plan.acts ?? [])
    stage.clock.after(after * 1000, () => void stage.clock.freezeDuring(actions[act]!()));
  for (const [index, { after }] of plan.deployments.entries())
    stage.clock.after(after * 1000, () => void stage.clock.freezeDuring(startDeployment(run, index)));
  await waitUntilEnded(run).catch((error: unknown) => {
    run.hung = error instanceof Error ? error.message : String(error);
  });
  delete stage.cloud.faultHooks;
  for (const index of services.keys()) run.after.push(await readChaosService(stage, index));
  run.ledger.push(...(await readLedger(stage)));
  return run;
}

/** Creates a schedule for each service. The schedule runs the service's revision. */
async function createSchedules({ stage, before, schedules }: PlanRun): Promise<void> {
  for (const [index, { taskDefinition }] of before.entries()) {
    await createSchedule(stage, index, taskDefinition);
    schedules.push(await readSchedule(stage, index));
  }
}

const createRun = (stage: InProcessSystem, plan: ChaosPlan, images: PlanRun['images']): PlanRun => ({
  plan,
  stage,
  startedAt: stage.clock.now(),
  others: {
    foreign: new Map(),
    foreignAt: new Map(),
    broken: new Set(),
    alarmedAt: new Map(),
    askedAt: new Map(),
    scaled: new Set(),
    rescheduled: new Set(),
    interrupted: new Set(),
    emptied: new Set(),
    deregistered: new Set(),
    abandoned: new Set(),
    stopped: new Map(),
  },
  effects: [],
  seenAt: new Map(),
  answers: [],
  events: [],
  counts: new Map(),
  schedules: [],
  ledger: [],
  before: [],
  after: [],
  definitions: new Map(),
  images,
  executions: new Map(),
});

const newestOf = ({ executions }: PlanRun) =>
  ({ get: (index: number) => executions.get(index)?.at(-1) }) as Map<number, string>;

/** Records all events, and lets persons answer the pauses that the events announce. */
function watchEvents(run: PlanRun): void {
  const answerPause = createPauseAnswers(run);
  run.stage.cloud.eventListeners.push((event) => {
    run.events.push(event);
    answerPause(event);
  });
}

async function startDeployment(run: PlanRun, index: number): Promise<void> {
  const { plan, stage, executions, images } = run;
  const { by, service, container, image, timeoutMinutes, rollBack } = plan.deployments[index]!;
  const admin = stage.admin(config.build.account);
  if (by === 'job') {
    await admin('codepipeline', 'StartPipelineExecution', { name: deploymentLabel(index) });
    return;
  }
  const input = {
    target: services[service]!.target,
    images: [{ name: container, imageUri: images[image].uri }],
    timeoutMinutes,
    rollBackOnFailure: rollBack,
  };
  const stateMachineArn = stage.system.machine.arn;
  const name = deploymentLabel(index);
  const started = await admin('states', 'StartExecution', { stateMachineArn, name, input: JSON.stringify(input) });
  executions.set(index, [(started as { executionArn: string }).executionArn]);
}

/** True while an execution or a pipeline execution is in progress. */
async function isInProgress({ stage, plan }: PlanRun): Promise<boolean> {
  const admin = stage.admin(config.build.account);
  const { stateMachines } = (await admin('states', 'ListStateMachines', {})) as {
    stateMachines: { stateMachineArn: string }[];
  };
  for (const { stateMachineArn } of stateMachines) {
    const found = await admin('states', 'ListExecutions', { stateMachineArn, statusFilter: 'RUNNING' });
    if ((found as { executions: unknown[] }).executions.length > 0) return true;
  }
  for (const [index, { by }] of plan.deployments.entries()) {
    if (by !== 'job') continue;
    const found = await admin('codepipeline', 'ListPipelineExecutions', { pipelineName: deploymentLabel(index) });
    const { pipelineExecutionSummaries } = found as { pipelineExecutionSummaries: { status: string }[] };
    if (pipelineExecutionSummaries.some(({ status }) => ['InProgress', 'Stopping'].includes(status))) return true;
  }
  return false;
}

async function waitUntilEnded(run: PlanRun): Promise<void> {
  const { clock } = run.stage;
  const settle = calculateSettleMs(run.plan);
  const { deployments, acts = [] } = run.plan;
  const last = Math.max(0, ...[...deployments, ...acts].map(({ after }) => after)) * 1000;
  let checkedAt = run.startedAt + last;
  let endedAt = Number.POSITIVE_INFINITY;
  await clock.advanceUntil(async () => {
    if (clock.now() > endedAt + settle) return true;
    if (clock.now() < checkedAt + 20_000) return false;
    checkedAt = clock.now();
    endedAt = (await isInProgress(run)) ? Number.POSITIVE_INFINITY : Math.min(endedAt, clock.now());
    return false;
  }, limitMs);
  await readDefinitions(run);
}

/** Reads every revision that a service ran or that was registered. */
async function readDefinitions({ stage, definitions, effects, before, others }: PlanRun): Promise<void> {
  const made = effects.filter(({ operation }) => operation === 'RegisterTaskDefinition');
  const arns = [
    ...before.map(({ taskDefinition }) => taskDefinition),
    ...made.map(({ answer }) => answer.taskDefinition.taskDefinitionArn as string),
    ...[...others.foreign.values()].flat(),
  ];
  for (const arn of arns) definitions.set(arn, await readTaskDefinition(stage, arn));
}
