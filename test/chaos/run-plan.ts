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

/** A run that is over, with all that the invariants look at. */
export interface PlanRun {
  plan: ChaosPlan;
  stage: InProcessSystem;
  began: number;
  others: OtherActors;
  effects: RecordedCall[];
  events: EventBridgeEvent[];
  /** The services as they were and are, with every revision that they ran. */
  before: ChaosService[];
  after: ChaosService[];
  definitions: Map<string, ChaosTaskDefinition>;
  images: Record<ImageKind, { uri: string; pinned: string }>;
  /** The executions of each deployment; a job may have had more than one. */
  executions: Map<number, string[]>;
  /** What is wrong already: something never ended. */
  hung?: string;
}

/** So long everything may take, in ms: the longest time-out, a rollback and the longest outage, several times over. */
const limitMs = 4 * 3_600_000;

/** After all is over, so long for events that come late, and for a lease to run out. */
const restMs = 6 * 60_000;

const untilSteady = async (stage: InProcessSystem): Promise<void> => {
  await stage.clock.advanceUntil(async () => {
    const all = await Promise.all(services.map((_, index) => readChaosService(stage, index)));
    return all.every(
      ({ deployments, runningCount, desiredCount }) => deployments.length === 1 && runningCount === desiredCount,
    );
  });
};

/** Plays a plan from its beginning to its end. `all`: reads are written down as well. */
export async function runPlan(stage: InProcessSystem, plan: ChaosPlan, all = false): Promise<PlanRun> {
  const images = await pushImages(stage);
  for (const [index, service] of plan.services.entries()) await createChaosService(stage, index, service);
  for (const [index, each] of plan.deployments.entries())
    if (each.by === 'job') await createPipeline(stage, index, each, images[each.image].uri);
  await untilSteady(stage);
  const played = beginning(stage, plan, images);
  for (const index of services.keys()) played.before.push(await readChaosService(stage, index));
  watchEvents(played);
  injectFaults(stage.cloud, {
    faults: plan.faults,
    actions: createOtherActions(stage, plan, played.others, newestOf(played)),
    observe: watching(played, all),
  });
  for (const [index, { after }] of plan.deployments.entries())
    stage.clock.after(after * 1000, () => void stage.clock.freezeDuring(begin(played, index)));
  await untilOver(played).catch((error: unknown) => {
    played.hung = error instanceof Error ? error.message : String(error);
  });
  delete stage.cloud.faultHooks;
  for (const index of services.keys()) played.after.push(await readChaosService(stage, index));
  return played;
}

const beginning = (stage: InProcessSystem, plan: ChaosPlan, images: PlanRun['images']): PlanRun => ({
  plan,
  stage,
  began: stage.clock.now(),
  others: {
    foreign: new Map(),
    foreignAt: new Map(),
    unseen: new Set(),
    scaled: new Set(),
    abandoned: new Set(),
    stopped: new Map(),
  },
  effects: [],
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

/** Writes down every effect; of an update also what the service ran before, and of every revision what is in it. */
const watching =
  (played: PlanRun, all: boolean) =>
  async (
    { service, operation, input, as }: OperationRequest,
    by: FunctionInvocation | undefined,
    go: () => Promise<unknown>,
  ) => {
    if ((!all && !writes.test(operation)) || service === 'logs') return go();
    const asked = { service, operation, input: input as RecordedCall['input'], as };
    const before = operation === 'UpdateService' ? await primaryOf(played.stage, asked) : undefined;
    const answer = await go();
    note(played, asked, { by, answer, before });
    return answer;
  };

function note(
  { effects, stage, executions }: PlanRun,
  asked: OperationRequest,
  more: Pick<RecordedCall, 'by' | 'answer' | 'before'>,
): void {
  const { service, operation, input, as } = asked;
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

async function begin(played: PlanRun, index: number): Promise<void> {
  const { plan, stage, executions, images } = played;
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

/** Whether executions run or pipelines wait. */
async function goingOn({ stage, plan }: PlanRun): Promise<boolean> {
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

async function untilOver(played: PlanRun): Promise<void> {
  const { clock } = played.stage;
  const last = Math.max(0, ...played.plan.deployments.map(({ after }) => after)) * 1000;
  let looked = played.began + last;
  let over = Number.POSITIVE_INFINITY;
  await clock.advanceUntil(async () => {
    if (clock.now() > over + restMs) return true;
    if (clock.now() < looked + 20_000) return false;
    looked = clock.now();
    over = (await goingOn(played)) ? Number.POSITIVE_INFINITY : Math.min(over, clock.now());
    return false;
  }, limitMs);
  await readDefinitions(played);
}

/** Every revision that anything ran, or was made. */
async function readDefinitions({ stage, definitions, effects, before, others }: PlanRun): Promise<void> {
  const made = effects.filter(({ operation }) => operation === 'RegisterTaskDefinition');
  const arns = [
    ...before.map(({ taskDefinition }) => taskDefinition),
    ...made.map(({ answer }) => answer.taskDefinition.taskDefinitionArn as string),
    ...[...others.foreign.values()].flat(),
  ];
  for (const arn of arns) definitions.set(arn, await readTaskDefinition(stage, arn));
}
