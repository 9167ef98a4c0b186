// This file reads the answers of many operations, so each answer is typed where it is used.
// biome-ignore-all lint/suspicious/noExplicitAny: see above
import JSZip from 'jszip';
import type { FunctionInvocation } from '../../local/cloud.ts';
import { setSource } from '../../local/codepipeline.ts';
import { beginHistoryAt, readCurrentService, readServiceDeployments } from '../../local/ecs.ts';
import { getFirstPipeline } from '../../local/run/first-pipeline.ts';
import type { InProcessSystem } from '../../local/run/in-process-system.ts';
import { allowOtherSources } from '../other-sources.ts';
import { ownAlarm } from './alarms.ts';
import { config, services } from './config.ts';
import { declareHook } from './declare-hook.ts';
import {
  behaviors,
  type ChaosPlan,
  type DeploymentPlan,
  deploymentLabel,
  type ImageKind,
  type ServicePlan,
  type TaskKind,
} from './plan.ts';

/** A text in the artifact that must not appear anywhere else. */
export const artifactSecret = 'the-artifact-holds-this';

/** A recorded call of Gantry or of another actor. */
export interface RecordedCall {
  at: number;
  service: string;
  operation: string;
  input: Record<string, any>;
  answer: any;
  account: string;
  /** The invocation that made the call. */
  by?: FunctionInvocation | undefined;
  /** The primary deployment and its revision before an UpdateService. */
  before?: { taskDefinition: string; id: string; createdAt?: Date } | undefined;
  /** When the invocation that made the call last described a service, in ms. */
  seenAt?: number | undefined;
}

export interface ChaosService {
  taskDefinition: string;
  desiredCount: number;
  runningCount: number;
  deployments: {
    id: string;
    status: string;
    rolloutState: string;
    taskDefinition: string;
    desiredCount: number;
    runningCount: number;
    pendingCount: number;
  }[];
  [field: string]: any;
}

export interface ChaosTaskDefinition {
  taskDefinitionArn: string;
  containerDefinitions: { name: string; image: string; [field: string]: any }[];
  [field: string]: any;
}

/** The behaviour of a task's command (local/README.md). */
const taskBehaviors: Record<TaskKind, Record<string, unknown>> = {
  succeed: {},
  fail: { exitCode: 1 },
  hang: { ends: 'hang' },
  'run long': { seconds: 100 },
  'cannot start': { ends: 'cannot-start' },
  'lose host': { ends: 'lose-host', seconds: 20 },
};

/** The exit code of a process that SIGTERM ends. If a migration exits with 0, Gantry treats it as successful, even after a stop (docs/tasks.md). */
const stopExitCode = 143;

/** Pushes an image for each behaviour; returns their URIs by tag and by digest. The commands of tasks behave alike in every image. */
export async function pushImages(
  { admin, system }: InProcessSystem,
  tasks: ChaosPlan['tasks'],
): Promise<Record<ImageKind, { uri: string; pinned: string }>> {
  const oneOff = Object.entries(tasks ?? {}).map(([name, kind]) => ({
    command: `bin/${name}`,
    ...taskBehaviors[kind],
  }));
  const { repository } = getFirstPipeline(system);
  const build = admin(config.build.account);
  const pushed = { missing: { uri: `${repository.uri}:missing`, pinned: 'nowhere' } } as Record<
    ImageKind,
    { uri: string; pinned: string }
  >;
  for (const [name, behavior] of Object.entries(behaviors)) {
    const imageTag = name.replaceAll(' ', '-');
    const imageManifest = JSON.stringify({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: `sha256:${'0'.repeat(64)}`, size: 2 },
      layers: [],
      annotations: { 'local.gantry.behavior': JSON.stringify({ ...behavior, stopExitCode, oneOff }), name },
    });
    const { image } = (await build('ecr', 'PutImage', {
      repositoryName: repository.name,
      imageManifest,
      imageTag,
    })) as {
      image: { imageId: { imageDigest: string } };
    };
    const uri = `${repository.uri}:${imageTag}`;
    pushed[name as ImageKind] = { uri, pinned: `${repository.uri}@${image.imageId.imageDigest}` };
  }
  return pushed;
}

const container = (name: string) => ({
  name,
  image: `public.ecr.aws/example/${name}:1`,
  essential: true,
  portMappings: [{ containerPort: name === 'app' ? 8080 : 80, protocol: 'tcp' }],
  environment: [{ name: 'MODE', value: 'production' }],
});

const unknownFields = { somethingNew: { of: ['2031'], deep: { er: 1.5 } } };

export const createTaskDefinition = (family: string, account: string, unknown: boolean) => ({
  family,
  requiresCompatibilities: ['FARGATE'],
  networkMode: 'awsvpc',
  cpu: '256',
  memory: '512',
  runtimePlatform: { cpuArchitecture: 'ARM64', operatingSystemFamily: 'LINUX' },
  executionRoleArn: `arn:aws:iam::${account}:role/${family}-execution`,
  taskRoleArn: `arn:aws:iam::${account}:role/${family}-task`,
  containerDefinitions: [container('app'), { ...container('proxy'), ...(unknown ? unknownFields : {}) }],
  ...(unknown ? unknownFields : {}),
});

const everything = [{ Effect: 'Allow', Action: '*', Resource: '*' }];
const byTasks = [{ Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' }];
const document = (Statement: Record<string, unknown>[]) => ({ Version: '2012-10-17' as const, Statement });

/** Creates the execution role and the task role of a service. */
export function createRoles({ cloud }: InProcessSystem, account: string, family: string): void {
  for (const kind of ['execution', 'task']) {
    const arn = `arn:aws:iam::${account}:role/${family}-${kind}`;
    cloud.iam.roles.set(arn, { arn, trust: document(byTasks), policies: { all: document(everything) } });
  }
}

/** Creates one of the services with its first revision. */
export async function createChaosService(stage: InProcessSystem, index: number, plan: ServicePlan): Promise<void> {
  const { account, cluster, name } = services[index]!;
  const admin = stage.admin(account);
  createRoles(stage, account, name);
  const { taskDefinition } = (await admin('ecs', 'RegisterTaskDefinition', {
    ...createTaskDefinition(name, account, plan.unknown),
    tags: [{ key: 'team', value: 'shop' }],
  })) as { taskDefinition: ChaosTaskDefinition };
  await admin('ecs', 'CreateCluster', { clusterName: cluster });
  await admin('ecs', 'CreateService', {
    cluster,
    serviceName: name,
    launchType: 'FARGATE',
    desiredCount: plan.desired,
    taskDefinition: taskDefinition.taskDefinitionArn,
    deploymentConfiguration: configureDeployments(index, plan),
    networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-0a'], securityGroups: ['sg-0'] } },
    healthCheckGracePeriodSeconds: 15,
    loadBalancers: [
      {
        targetGroupArn: `arn:aws:elasticloadbalancing:eu-west-1:${account}:targetgroup/${name}/0123456789abcdef`,
        containerName: 'app',
        containerPort: 8080,
        ...(plan.shift === undefined ? {} : { advancedConfiguration: declareListener(account, name) }),
      },
    ],
  });
}

/** A second target group, and the rules by which ECS shifts production and test traffic. */
function declareListener(account: string, name: string): Record<string, string> {
  const balancing = `arn:aws:elasticloadbalancing:eu-west-1:${account}`;
  return {
    alternateTargetGroupArn: `${balancing}:targetgroup/${name}-green/0123456789abcdef`,
    productionListenerRule: `${balancing}:listener-rule/app/${name}/1/1/1`,
    testListenerRule: `${balancing}:listener-rule/app/${name}/1/1/2`,
    roleArn: `arn:aws:iam::${account}:role/${name}-infrastructure`,
  };
}

const configureDeployments = (index: number, { breaker, alarm = 'none' }: ServicePlan): Record<string, unknown> => ({
  deploymentCircuitBreaker: { enable: breaker !== 'none', rollback: breaker === 'rolls back' },
  ...(alarm === 'none'
    ? {}
    : { alarms: { alarmNames: [ownAlarm(index)], enable: true, rollback: alarm === 'rolls back' } }),
});

/** Two steps of the traffic, one minute apart. */
const shiftSteps = {
  BLUE_GREEN: {},
  CANARY: { canaryConfiguration: { canaryPercent: 5, canaryBakeTimeInMinutes: 1 } },
  LINEAR: { linearConfiguration: { stepPercent: 50, stepBakeTimeInMinutes: 1 } },
};

/** Gives a service its strategy and its hooks. The service already runs its first revision, so no hook delays that revision. */
export async function configureShift(stage: InProcessSystem, index: number, plan: ServicePlan): Promise<void> {
  const { account, cluster, name } = services[index]!;
  if (plan.shift === undefined) return;
  const { strategy, bakeMinutes, hooks } = plan.shift;
  const lifecycleHooks = hooks.map((hook) => declareHook(index, hook));
  const shift = { strategy, bakeTimeInMinutes: bakeMinutes, ...shiftSteps[strategy], lifecycleHooks };
  const deploymentConfiguration = { ...configureDeployments(index, plan), ...shift };
  await stage.admin(account)('ecs', 'UpdateService', { cluster, service: name, deploymentConfiguration });
}

const serviceArn = (index: number): string => {
  const { account, cluster, name } = services[index]!;
  return `arn:aws:ecs:eu-west-1:${account}:service/${cluster}/${name}`;
};

/** A service as it is now, even if DescribeServices shows an older state. */
export async function readChaosService(stage: InProcessSystem, index: number): Promise<ChaosService> {
  return readCurrentService(stage.cloud, serviceArn(index)) as ChaosService;
}

/** All service deployments of a service, newest first, including those that ECS's history omits. */
export const readChaosHistory = ({ cloud }: InProcessSystem, index: number) =>
  readServiceDeployments(cloud, serviceArn(index));

/** Hides the deployments that ECS's history does not list in this run. */
export const beginHistory = (
  { cloud, clock }: InProcessSystem,
  index: number,
  { history = 'all' }: ServicePlan,
): void =>
  beginHistoryAt(cloud, serviceArn(index), { all: 0, later: clock.now(), none: Number.POSITIVE_INFINITY }[history]);

export async function readTaskDefinition(stage: InProcessSystem, arn: string): Promise<ChaosTaskDefinition> {
  const found = await stage.admin(arn.split(':')[4]!)('ecs', 'DescribeTaskDefinition', { taskDefinition: arn });
  return (found as { taskDefinition: ChaosTaskDefinition }).taskDefinition;
}

/** Creates the pipeline of one deployment. Its source is the artifact that a build would produce. */
export async function createPipeline(
  stage: InProcessSystem,
  index: number,
  plan: DeploymentPlan,
  imageUri: string,
): Promise<void> {
  const { system, cloud, admin } = stage;
  const { target } = services[plan.service]!;
  const name = deploymentLabel(index);
  const zip = new JSZip();
  zip.file('imagedefinitions.json', JSON.stringify([{ name: plan.container, imageUri }]));
  zip.file('secret.txt', artifactSecret);
  const bytes = await zip.generateAsync({ type: 'nodebuffer' });
  allowOtherSources(stage);
  setSource(cloud, `sources/${name}.zip`, async () => ({ revision: `v${index}`, summary: name, zip: bytes }));
  const [source] = getFirstPipeline(system).pipeline.stages;
  const deploy = getFirstPipeline(system)
    .pipeline.stages.flatMap(({ name: stageName, actions }) => actions.map((action) => ({ stageName, action })))
    .find(
      ({ stageName, action }) => `${stageName.replace('Deploy-', '')}/${action.name.replace('Deploy-', '')}` === target,
    )!;
  const configuration = {
    ...deploy.action.configuration,
    DeploymentTimeout: String(plan.timeoutMinutes),
    RollBackOnFailure: String(plan.rollBack),
  };
  const stages = [
    {
      name: 'Source',
      actions: [{ ...source!.actions[0]!, configuration: { S3Bucket: 'sources', S3ObjectKey: `${name}.zip` } }],
    },
    {
      name: 'Deploy',
      actions: [{ ...deploy.action, runOrder: 1, configuration, inputArtifacts: [{ name: 'Source' }] }],
    },
  ];
  await admin(system.account)('codepipeline', 'CreatePipeline', {
    pipeline: { ...getFirstPipeline(system).pipeline, name, stages },
  });
}
