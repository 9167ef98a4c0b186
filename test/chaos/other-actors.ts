import type { InProcessSystem } from '../../local/run/in-process-system.ts';
import { services } from './config.ts';
import type { ChaosPlan } from './plan.ts';
import { deploymentLabel } from './plan.ts';
import { type ChaosTaskDefinition, readChaosService, readTaskDefinition } from './setup.ts';

/** What other actors did during a run. `foreign`: their revisions, newest last. */
export interface OtherActors {
  foreign: Map<number, string[]>;
  /** When they deployed, in ms. */
  foreignAt: Map<number, number[]>;
  scaled: Set<number>;
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

/** Deploys another actor's image, based on the running revision. */
async function deployForeign(stage: InProcessSystem, others: OtherActors, index: number): Promise<void> {
  const { account, cluster, name } = services[index]!;
  const admin = stage.admin(account);
  const { taskDefinition: arn } = await readChaosService(stage, index);
  const running = await readTaskDefinition(stage, arn);
  const number = (others.foreign.get(index) ?? []).length;
  const containerDefinitions = running.containerDefinitions.map((each) => ({
    ...each,
    image: `public.ecr.aws/foreign/${each.name}:${number}`,
  }));
  const made = await admin('ecs', 'RegisterTaskDefinition', { ...withoutOutputFields(running), containerDefinitions });
  const { taskDefinitionArn } = (made as { taskDefinition: ChaosTaskDefinition }).taskDefinition;
  others.foreign.set(index, [...(others.foreign.get(index) ?? []), taskDefinitionArn]);
  others.foreignAt.set(index, [...(others.foreignAt.get(index) ?? []), stage.clock.now()]);
  await admin('ecs', 'UpdateService', { cluster, service: name, taskDefinition: taskDefinitionArn });
}

async function scale(stage: InProcessSystem, others: OtherActors, index: number): Promise<void> {
  const { account, cluster, name } = services[index]!;
  others.scaled.add(index);
  const { desiredCount } = await readChaosService(stage, index);
  const update = { cluster, service: name, desiredCount: desiredCount + 1 };
  await stage.admin(account)('ecs', 'UpdateService', update);
}

/** An alarm of the service's own metric goes off that neither the configuration nor the service names, as scaling alarms do all the time. */
async function fireForeignAlarm(stage: InProcessSystem, index: number, AlarmName: string): Promise<void> {
  const { account, cluster, name } = services[index]!;
  const admin = stage.admin(account);
  const Dimensions = [
    { Name: 'ClusterName', Value: cluster },
    { Name: 'ServiceName', Value: name },
  ];
  const watched = { Namespace: 'AWS/ECS', MetricName: 'CPUUtilization', Dimensions, Period: 60, Statistic: 'Average' };
  const when = { EvaluationPeriods: 1, Threshold: 90, ComparisonOperator: 'GreaterThanThreshold' };
  await admin('monitoring', 'PutMetricAlarm', { AlarmName, ...watched, ...when });
  await admin('monitoring', 'SetAlarmState', { AlarmName, StateValue: 'ALARM', StateReason: 'Scaling.' });
}

/** Deregisters the revision that the service has run before the run began, as clean-up scripts do. */
async function deregister(stage: InProcessSystem, others: OtherActors, index: number): Promise<void> {
  const { account } = services[index]!;
  const { deployments } = await readChaosService(stage, index);
  const taskDefinition = deployments.at(-1)?.taskDefinition;
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

/** Returns every action of other actors, by the name that schedules use. `arns`: the executions by deployment. */
export function createOtherActions(
  stage: InProcessSystem,
  plan: ChaosPlan,
  others: OtherActors,
  arns: Map<number, string>,
) {
  const ofServices = services.flatMap(({ target }, index) => [
    [`deploy ${target}`, () => deployForeign(stage, others, index)] as const,
    [`scale ${target}`, () => scale(stage, others, index)] as const,
    [`deregister ${target}`, () => deregister(stage, others, index)] as const,
    [`alarm ${target}`, () => fireForeignAlarm(stage, index, `cpu-${index}`)] as const,
    [
      `scaling alarm ${target}`,
      () => fireForeignAlarm(stage, index, `TargetTracking-service/shop/${target}-AlarmLow-1`),
    ] as const,
  ]);
  const ofDeployments = plan.deployments.flatMap((_, index) => [
    [`stop execution ${deploymentLabel(index)}`, () => stopExecution(stage, others, index, arns)] as const,
    [`stop pipeline ${deploymentLabel(index)}`, () => stopPipeline(stage, others, index, false)] as const,
    [`abandon pipeline ${deploymentLabel(index)}`, () => stopPipeline(stage, others, index, true)] as const,
  ]);
  return Object.fromEntries([...ofServices, ...ofDeployments]);
}
