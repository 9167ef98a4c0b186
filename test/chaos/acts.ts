import type { Asked } from '../../local/cloud.ts';
import type { Stage } from '../../local/run/stage.ts';
import { services } from './config.ts';
import type { Plan } from './plan.ts';
import { labelOf } from './plan.ts';
import { describeDefinition, describeService, type TaskDefinition } from './world.ts';

/** What others do meanwhile. `foreign`: their revisions, the newest last. */
export interface Others {
  foreign: Map<number, string[]>;
  foreignAt: Map<number, number>;
  /** Services that they deployed to between our last look and our write, which nobody can prevent (docs/guarantees.md). */
  unseen: Set<number>;
  scaled: Set<number>;
  /** Deployments whose pipeline somebody abandoned: nobody waits for their result. */
  abandoned: Set<number>;
  /** When somebody stopped the execution of a deployment, the last time; in ms. */
  stopped: Map<number, number>;
}

/** Output of DescribeTaskDefinition that is no input of RegisterTaskDefinition. */
export const described =
  'taskDefinitionArn revision status requiresAttributes compatibilities registeredAt registeredBy deregisteredAt deleteRequestedAt'.split(
    ' ',
  );

export const registrable = (definition: TaskDefinition): Record<string, unknown> =>
  Object.fromEntries(Object.entries(definition).filter(([name]) => !described.includes(name)));

/** Somebody else deploys an image of their own, built on what runs. */
async function deployForeign(stage: Stage, others: Others, index: number, before: Asked): Promise<void> {
  const { account, cluster, name } = services[index]!;
  const { service } = before.input as { service?: string };
  if (before.operation === 'UpdateService' && before.as.caller.account === account && service?.endsWith(name))
    others.unseen.add(index);
  const admin = stage.admin(account);
  const { taskDefinition: arn } = await describeService(stage, index);
  const running = await describeDefinition(stage, arn);
  const number = (others.foreign.get(index) ?? []).length;
  const containerDefinitions = running.containerDefinitions.map((each) => ({
    ...each,
    image: `public.ecr.aws/foreign/${each.name}:${number}`,
  }));
  const made = await admin('ecs', 'RegisterTaskDefinition', { ...registrable(running), containerDefinitions });
  const { taskDefinitionArn } = (made as { taskDefinition: TaskDefinition }).taskDefinition;
  others.foreign.set(index, [...(others.foreign.get(index) ?? []), taskDefinitionArn]);
  others.foreignAt.set(index, stage.clock.now());
  await admin('ecs', 'UpdateService', { cluster, service: name, taskDefinition: taskDefinitionArn });
}

async function scale(stage: Stage, others: Others, index: number): Promise<void> {
  const { account, cluster, name } = services[index]!;
  others.scaled.add(index);
  const { desiredCount } = await describeService(stage, index);
  const update = { cluster, service: name, desiredCount: desiredCount + 1 };
  await stage.admin(account)('ecs', 'UpdateService', update);
}

/** Somebody stops the execution of a deployment in the console. */
async function stopExecution(stage: Stage, others: Others, index: number, arns: Map<number, string>): Promise<void> {
  const executionArn = arns.get(index);
  if (executionArn === undefined) return;
  others.stopped.set(index, stage.clock.now());
  await stage.admin(stage.system.account)('states', 'StopExecution', { executionArn });
}

/** Somebody stops a pipeline; one that is not running is left alone. */
async function stopPipeline(stage: Stage, others: Others, index: number, abandon: boolean): Promise<void> {
  const admin = stage.admin(stage.system.account);
  const pipelineName = labelOf(index);
  const state = await admin('codepipeline', 'ListPipelineExecutions', { pipelineName }).catch(() => undefined);
  const [newest] =
    (state as { pipelineExecutionSummaries: { pipelineExecutionId: string; status: string }[] } | undefined)
      ?.pipelineExecutionSummaries ?? [];
  if (newest?.status !== 'InProgress') return;
  const { pipelineExecutionId } = newest;
  if (abandon) others.abandoned.add(index);
  await admin('codepipeline', 'StopPipelineExecution', { pipelineName, pipelineExecutionId, abandon });
}

/** All that others can do in a world, by the names that schedules use. `arns`: of the executions that run, by deployment. */
export function actsOf(stage: Stage, plan: Plan, others: Others, arns: Map<number, string>) {
  const ofServices = services.flatMap(({ target }, index) => [
    [`deploy ${target}`, (before: Asked) => deployForeign(stage, others, index, before)] as const,
    [`scale ${target}`, () => scale(stage, others, index)] as const,
  ]);
  const ofDeployments = plan.deployments.flatMap((_, index) => [
    [`stop execution ${labelOf(index)}`, () => stopExecution(stage, others, index, arns)] as const,
    [`stop pipeline ${labelOf(index)}`, () => stopPipeline(stage, others, index, false)] as const,
    [`abandon pipeline ${labelOf(index)}`, () => stopPipeline(stage, others, index, true)] as const,
  ]);
  return Object.fromEntries([...ofServices, ...ofDeployments]);
}
