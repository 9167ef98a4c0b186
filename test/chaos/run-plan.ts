import type { EventBridgeEvent, FunctionInvocation, OperationRequest } from '../../local/cloud.ts';
import { injectFaults } from '../../local/faults.ts';
import type { InProcessSystem } from '../../local/run/in-process-system.ts';
import { config, services } from './config.ts';
import { createOtherActions, type OtherActors } from './other-actors.ts';
import { type ChaosPlan, deploymentLabel, type ImageKind } from './plan.ts';
import {
  type ChaosService,
  type ChaosTaskDefinition,
  createChaosService,
  createPipeline,
  pushImages,
  type RecordedCall,
  readChaosService,
  readTaskDefinition,
} from './setup.ts';

/** A finished run, with everything that the invariants check. */
export interface PlanRun {
  plan: ChaosPlan;
  stage: InProcessSystem;
  startedAt: number;
  others: OtherActors;
  effects: RecordedCall[];
  /** When each invocation last described a service, in ms, by its request id. */
  seenAt: Map<string, number>;
  events: EventBridgeEvent[];
  /** The services before and after the run, and every revision that they ran. */
  before: ChaosService[];
  after: ChaosService[];
  definitions: Map<string, ChaosTaskDefinition>;
  images: Record<ImageKind, { uri: string; pinned: string }>;
  /** The executions of each deployment; a job can have had more than one. */
  executions: Map<number, string[]>;
  /** The error if something never ended. */
  hung?: string;
}

/** The time limit of a run in ms: several times the longest time-out, a rollback and the longest outage. */
const limitMs = 4 * 3_600_000;

/** The time in ms to wait after the last execution, for late events and for a lease to expire. */
const settleMs = 6 * 60_000;

const untilSteady = async (stage: InProcessSystem): Promise<void> => {
  await stage.clock.advanceUntil(async () => {
    const all = await Promise.all(services.map((_, index) => readChaosService(stage, index)));
    // Does not use rolloutState, because one answer to an assumption omits it.
    return all.every(({ events }) => events.some(({ message }: { message: string }) => /steady state/.test(message)));
  });
};

/** Runs a plan to its end. `all`: also records calls that only read. */
export async function runPlan(stage: InProcessSystem, plan: ChaosPlan, all = false): Promise<PlanRun> {
  const images = await pushImages(stage);
  for (const [index, service] of plan.services.entries()) await createChaosService(stage, index, service);
  for (const [index, each] of plan.deployments.entries())
    if (each.by === 'job') await createPipeline(stage, index, each, images[each.image].uri);
  await untilSteady(stage);
  const run = createRun(stage, plan, images);
  for (const index of services.keys()) run.before.push(await readChaosService(stage, index));
  watchEvents(run);
  injectFaults(stage.cloud, {
    faults: plan.faults,
    actions: createOtherActions(stage, plan, run.others, newestOf(run)),
    observe: createRecorder(run, all),
  });
  for (const [index, { after }] of plan.deployments.entries())
    stage.clock.after(after * 1000, () => void stage.clock.freezeDuring(startDeployment(run, index)));
  await waitUntilEnded(run).catch((error: unknown) => {
    run.hung = error instanceof Error ? error.message : String(error);
  });
  delete stage.cloud.faultHooks;
  for (const index of services.keys()) run.after.push(await readChaosService(stage, index));
  return run;
}

const createRun = (stage: InProcessSystem, plan: ChaosPlan, images: PlanRun['images']): PlanRun => ({
  plan,
  stage,
  startedAt: stage.clock.now(),
  others: {
    foreign: new Map(),
    foreignAt: new Map(),
    scaled: new Set(),
    deregistered: new Set(),
    abandoned: new Set(),
    stopped: new Map(),
  },
  effects: [],
  seenAt: new Map(),
  events: [],
  before: [],
  after: [],
  definitions: new Map(),
  images,
  executions: new Map(),
});

const newestOf = ({ executions }: PlanRun) =>
  ({ get: (index: number) => executions.get(index)?.at(-1) }) as Map<number, string>;

const watchEvents = ({ stage, events }: PlanRun): void => {
  stage.cloud.eventListeners.push((event) => void events.push(event));
};

const writes = /^(Update|Register|Deregister|Stop|Put|Start|Acknowledge|Assume|Poll|Create|Delete|Tag|Untag)/;

/** Records every effect and, for an update, what the service ran before. */
const createRecorder =
  (run: PlanRun, all: boolean) =>
  async (
    { service, operation, input, as }: OperationRequest,
    by: FunctionInvocation | undefined,
    go: () => Promise<unknown>,
  ) => {
    const seen = operation === 'DescribeServices' && by !== undefined;
    if (seen) run.seenAt.set(by.requestId, run.stage.clock.now());
    if ((!all && !writes.test(operation)) || service === 'logs') return go();
    const request = { service, operation, input: input as RecordedCall['input'], as };
    const before = operation === 'UpdateService' ? await primaryOf(run.stage, request) : undefined;
    const answer = await go();
    recordEffect(run, request, { by, answer, before, seenAt: run.seenAt.get(by?.requestId ?? '') });
    return answer;
  };

function recordEffect(
  { effects, stage, executions }: PlanRun,
  request: OperationRequest,
  more: Pick<RecordedCall, 'by' | 'answer' | 'before' | 'seenAt'>,
): void {
  const { service, operation, input, as } = request;
  const { account } = as.caller;
  const effect = {
    at: stage.clock.now(),
    service,
    operation,
    input: structuredClone(input) as RecordedCall['input'],
    account,
  };
  effects.push({ ...effect, ...more, answer: structuredClone(more.answer) });
  if (operation !== 'StartExecution') return;
  const index = Number(/"name":"release-(\d)"/.exec(effect.input.input)?.[1]);
  if (Number.isNaN(index)) return;
  const known = executions.get(index) ?? [];
  const { executionArn } = more.answer as { executionArn: string };
  executions.set(index, known.includes(executionArn) ? known : [...known, executionArn]);
}

async function primaryOf(
  stage: InProcessSystem,
  { input, as }: { input: RecordedCall['input']; as: OperationRequest['as'] },
) {
  const { account } = as.caller;
  const index = services.findIndex((each) => each.account === account && input.service.endsWith(each.name));
  const { deployments } = await readChaosService(stage, index);
  return deployments.find(({ status }) => status === 'PRIMARY');
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
  const last = Math.max(0, ...run.plan.deployments.map(({ after }) => after)) * 1000;
  let checkedAt = run.startedAt + last;
  let endedAt = Number.POSITIVE_INFINITY;
  await clock.advanceUntil(async () => {
    if (clock.now() > endedAt + settleMs) return true;
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
