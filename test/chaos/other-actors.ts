import type { InProcessSystem } from '../../local/run/in-process-system.ts';
import { alarmsOf, createAlarm, fireAlarm, ownAlarm } from './alarms.ts';
import { configuredAlarm, services } from './config.ts';
import { type Counts, count } from './counts.ts';
import type { ChaosPlan } from './plan.ts';
import { deploymentLabel } from './plan.ts';
import { changeSchedule } from './schedules.ts';
import { type ChaosTaskDefinition, readChaosHistory, readChaosService, readTaskDefinition } from './setup.ts';

/** The actions of other actors during a run. `foreign`: their revisions, newest last. */
export interface OtherActors {
  foreign: Map<number, string[]>;
  /** When they deployed, in ms. */
  foreignAt: Map<number, number[]>;
  /** Their revisions that do not work. */
  broken: Set<string>;
  /** When an alarm that concerns a service went off, and when a person asked for a rollback, in ms. */
  alarmedAt: Map<number, number[]>;
  askedAt: Map<number, number[]>;
  scaled: Set<number>;
  /** Services whose schedule somebody changed. */
  rescheduled: Set<number>;
  /** Services of which somebody stopped a deployment in ECS, without a rollback. */
  interrupted: Set<number>;
  /** Services that somebody scaled to zero tasks. */
  emptied: Set<number>;
  /** Revisions that they deregistered. */
  deregistered: Set<string>;
  /** Deployments whose pipeline execution somebody abandoned: nobody waits for their result. */
  abandoned: Set<number>;
  /** When somebody last stopped the execution of a deployment, in ms. */
  stopped: Map<number, number>;
}

/** Fields of DescribeTaskDefinition's output that RegisterTaskDefinition does not accept. */
export const outputOnlyFields =
  'taskDefinitionArn revision status requiresAttributes compatibilities registeredAt registeredBy deregisteredAt deleteRequestedAt'.split(
    ' ',
  );

export const withoutOutputFields = (definition: ChaosTaskDefinition): Record<string, unknown> =>
  Object.fromEntries(Object.entries(definition).filter(([name]) => !outputOnlyFields.includes(name)));

const addTime = (times: Map<number, number[]>, index: number, { clock }: InProcessSystem): void =>
  void times.set(index, [...(times.get(index) ?? []), clock.now()]);

async function readTags(stage: InProcessSystem, index: number, taskDefinition: string): Promise<unknown[]> {
  const describe = stage.admin(services[index]!.account);
  const described = await describe('ecs', 'DescribeTaskDefinition', { taskDefinition, include: ['TAGS'] });
  return (described as { tags?: unknown[] }).tags ?? [];
}

/**
 * Deploys another actor's image, based on the running revision. `broken`: an image that crashes. Every second deployment copies the tags, as ECS's console
 * does.
 */
async function deployForeign(
  stage: InProcessSystem,
  others: OtherActors,
  index: number,
  broken?: string,
): Promise<void> {
  const { account, cluster, name } = services[index]!;
  const admin = stage.admin(account);
  const { taskDefinition: arn } = await readChaosService(stage, index);
  const running = await readTaskDefinition(stage, arn);
  const number = (others.foreign.get(index) ?? []).length;
  const containerDefinitions = running.containerDefinitions.map((each) => ({
    ...each,
    image: broken ?? `public.ecr.aws/foreign/${each.name}:${number}`,
  }));
  const tags = number % 2 === 0 ? await readTags(stage, index, arn) : [];
  const made = await admin('ecs', 'RegisterTaskDefinition', {
    ...withoutOutputFields(running),
    containerDefinitions,
    ...(tags.length > 0 && { tags }),
  });
  const { taskDefinitionArn } = (made as { taskDefinition: ChaosTaskDefinition }).taskDefinition;
  others.foreign.set(index, [...(others.foreign.get(index) ?? []), taskDefinitionArn]);
  if (broken !== undefined) others.broken.add(taskDefinitionArn);
  addTime(others.foreignAt, index, stage);
  await admin('ecs', 'UpdateService', { cluster, service: name, taskDefinition: taskDefinitionArn });
}

/** Changes the desired count, as a scaling policy or a person does. */
async function scale(
  stage: InProcessSystem,
  others: OtherActors,
  index: number,
  change: (desired: number) => number,
): Promise<void> {
  const { account, cluster, name } = services[index]!;
  others.scaled.add(index);
  const { desiredCount: before } = await readChaosService(stage, index);
  const desiredCount = change(before);
  if (desiredCount === 0) others.emptied.add(index);
  const update = { cluster, service: name, desiredCount };
  await stage.admin(account)('ecs', 'UpdateService', update);
}

/** An alarm of the service goes off. `configured`: whether the configuration or the service itself names it. */
export async function fire(stage: InProcessSystem, plan: ChaosPlan, others: OtherActors, index: number, name: string) {
  if (alarmsOf(plan, index).includes(name)) addTime(others.alarmedAt, index, stage);
  else await createAlarm(stage, index, name);
  await fireAlarm(stage, index, name);
}

/** Deregisters the oldest or newest revision that the service runs, as clean-up scripts do. */
async function deregister(stage: InProcessSystem, others: OtherActors, index: number, which: 0 | -1): Promise<void> {
  const { account } = services[index]!;
  const { deployments } = await readChaosService(stage, index);
  const taskDefinition = deployments.at(which)?.taskDefinition;
  if (taskDefinition === undefined) return;
  others.deregistered.add(taskDefinition);
  await stage.admin(account)('ecs', 'DeregisterTaskDefinition', { taskDefinition });
}

/** Stops the execution of a deployment, as somebody could in the console. */
async function stopExecution(
  stage: InProcessSystem,
  others: OtherActors,
  index: number,
  arns: Map<number, string>,
): Promise<void> {
  const executionArn = arns.get(index);
  if (executionArn === undefined) return;
  others.stopped.set(index, stage.clock.now());
  await stage.admin(stage.system.account)('states', 'StopExecution', { executionArn });
}

/** Stops or abandons a pipeline execution; does nothing if none is running. */
async function stopPipeline(
  stage: InProcessSystem,
  others: OtherActors,
  index: number,
  abandon: boolean,
): Promise<void> {
  const admin = stage.admin(stage.system.account);
  const pipelineName = deploymentLabel(index);
  const state = await admin('codepipeline', 'ListPipelineExecutions', { pipelineName }).catch(() => undefined);
  const [newest] =
    (state as { pipelineExecutionSummaries: { pipelineExecutionId: string; status: string }[] } | undefined)
      ?.pipelineExecutionSummaries ?? [];
  if (newest?.status !== 'InProgress') return;
  const { pipelineExecutionId } = newest;
  if (abandon) others.abandoned.add(index);
  await admin('codepipeline', 'StopPipelineExecution', { pipelineName, pipelineExecutionId, abandon });
}

/** Rolls a service back manually, through Gantry. */
async function rollBack(stage: InProcessSystem, others: OtherActors, index: number): Promise<void> {
  const { admin, system } = stage;
  addTime(others.askedAt, index, stage);
  const input = JSON.stringify({ target: services[index]!.target, reason: 'a test' });
  await admin(system.account)('states', 'StartExecution', { stateMachineArn: system.rollbackMachine.arn, input });
}

/** Stops the newest deployment of a service in ECS, as somebody could in the console. Does nothing if it has ended. */
async function stopDeployment(
  stage: InProcessSystem,
  others: OtherActors,
  index: number,
  stopType: 'ROLLBACK' | 'ABORT',
): Promise<void> {
  const [newest] = readChaosHistory(stage, index);
  if (newest === undefined || newest.finishedAt !== undefined) return;
  if (stopType === 'ABORT') others.interrupted.add(index);
  addTime(others.askedAt, index, stage);
  const stop = { serviceDeploymentArn: newest.arn, stopType };
  await stage
    .admin(services[index]!.account)('ecs', 'StopServiceDeployment', stop)
    .catch(() => undefined);
}

/** Returns every action of other actors, by the name that schedules use. `arns`: the executions by deployment. */
export function createOtherActions(
  stage: InProcessSystem,
  plan: ChaosPlan,
  others: OtherActors,
  { arns, crashing, counts }: { arns: Map<number, string>; crashing: string; counts: Counts },
): Record<string, () => Promise<void>> {
  const ofServices = services.flatMap(({ target }, index) => [
    [`deploy ${target}`, () => deployForeign(stage, others, index)] as const,
    [`deploy broken ${target}`, () => deployForeign(stage, others, index, crashing)] as const,
    [`scale ${target}`, () => scale(stage, others, index, (desired) => desired + 1)] as const,
    [`scale in ${target}`, () => scale(stage, others, index, (desired) => Math.max(1, desired - 1))] as const,
    [`scale to zero ${target}`, () => scale(stage, others, index, () => 0)] as const,
    [`deregister ${target}`, () => deregister(stage, others, index, -1)] as const,
    [`deregister newest ${target}`, () => deregister(stage, others, index, 0)] as const,
    [`roll back ${target}`, () => rollBack(stage, others, index)] as const,
    [`alarm ${target}`, () => fire(stage, plan, others, index, `cpu-${index}`)] as const,
    [`configured alarm ${target}`, () => fire(stage, plan, others, index, configuredAlarm)] as const,
    [`own alarm ${target}`, () => fire(stage, plan, others, index, ownAlarm(index))] as const,
    [`stop deployment ${target}`, () => stopDeployment(stage, others, index, 'ABORT')] as const,
    [`roll back deployment ${target}`, () => stopDeployment(stage, others, index, 'ROLLBACK')] as const,
    [`change schedule ${target}`, () => changeSchedule(stage, index, others.rescheduled)] as const,
    [`scaling alarm ${target}`, () => fire(stage, plan, others, index, scalingAlarm(target))] as const,
  ]);
  const ofDeployments = plan.deployments.flatMap((_, index) => [
    [`stop execution ${deploymentLabel(index)}`, () => stopExecution(stage, others, index, arns)] as const,
    [`stop pipeline ${deploymentLabel(index)}`, () => stopPipeline(stage, others, index, false)] as const,
    [`abandon pipeline ${deploymentLabel(index)}`, () => stopPipeline(stage, others, index, true)] as const,
  ]);
  return Object.fromEntries(
    [...ofServices, ...ofDeployments].map(([name, act]) => [name, countAct(counts, name, act)]),
  );
}

/** Counts an action each time that somebody performs it, without the service or release in its name. */
const countAct =
  (counts: Counts, name: string, act: () => Promise<void>): (() => Promise<void>) =>
  () => {
    count(counts, `somebody: ${name.replace(/ \S+$/, '')}`);
    return act();
  };

const scalingAlarm = (target: string): string => `TargetTracking-service/shop/${target}-AlarmLow-1`;
