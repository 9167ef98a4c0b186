import JSZip from 'jszip';
import { setSource } from '../../local/codepipeline.ts';
import { getFirstPipeline } from '../../local/run/first-pipeline.ts';
import type { InProcessSystem } from '../../local/run/in-process-system.ts';
import { allowOtherSources } from '../other-sources.ts';
import { config, type ServiceName, scheduleOf, serviceNames, targetAccount } from './config.ts';
import { type ImageName, imageBehaviors, type Scenario } from './scenarios.ts';

const cluster = 'shop';
export const firstImage = 'public.ecr.aws/example/app:1';

export interface TestEnvironment extends InProcessSystem {
  build: ReturnType<InProcessSystem['admin']>;
  testAccount: ReturnType<InProcessSystem['admin']>;
  /** The URIs of the pushed images. */
  images: Map<ImageName, string>;
}

const document = (...Statement: Record<string, unknown>[]) => ({ Version: '2012-10-17' as const, Statement });
const everything = { Sid: 'Everything', Effect: 'Allow', Action: '*', Resource: '*' };
const trustedBy = (Service: string) => ({
  Sid: 'TheService',
  Effect: 'Allow',
  Principal: { Service },
  Action: 'sts:AssumeRole',
});

/** Pushes every image; returns their URIs, with the digest. */
async function pushImages(
  { system }: InProcessSystem,
  build: TestEnvironment['build'],
): Promise<TestEnvironment['images']> {
  const pushed = Object.entries(imageBehaviors).map(async ([imageTag, behavior]) => {
    const imageManifest = JSON.stringify({
      schemaVersion: 2,
      layers: [],
      annotations: { 'local.gantry.behavior': JSON.stringify(behavior), imageTag },
    });
    await build('ecr', 'PutImage', {
      repositoryName: getFirstPipeline(system).repository.name,
      imageManifest,
      imageTag,
    });
    return [imageTag as ImageName, `${getFirstPipeline(system).repository.uri}:${imageTag}`] as const;
  });
  return new Map(await Promise.all(pushed));
}

const taskDefinition = (name: ServiceName, image: string) => ({
  family: name,
  requiresCompatibilities: ['FARGATE'],
  networkMode: 'awsvpc',
  cpu: '256',
  memory: '512',
  executionRoleArn: `arn:aws:iam::${targetAccount}:role/${name}-execution`,
  taskRoleArn: `arn:aws:iam::${targetAccount}:role/${name}-task`,
  containerDefinitions: [{ name: 'app', image, essential: true }],
});

async function register(
  testAccount: TestEnvironment['testAccount'],
  name: ServiceName,
  image: string,
): Promise<string> {
  const made = await testAccount('ecs', 'RegisterTaskDefinition', taskDefinition(name, image));
  return (made as { taskDefinition: { taskDefinitionArn: string } }).taskDefinition.taskDefinitionArn;
}

const canarySettings = {
  strategy: 'CANARY',
  canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 0 },
};

/** Creates the service of a scenario. Its roles have the same form as those of the configured targets. */
async function createService(
  { cloud, testAccount, system }: TestEnvironment,
  { service, breaker, canary }: Scenario,
): Promise<void> {
  for (const kind of ['execution', 'task']) {
    const arn = `arn:aws:iam::${targetAccount}:role/${service}-${kind}`;
    const declared = system.roles.find((role) => role.arn === arn)?.trust;
    const trust = declared ?? document(trustedBy('ecs-tasks.amazonaws.com'));
    cloud.iam.roles.set(arn, { arn, trust, policies: { all: document(everything) } });
  }
  const deploymentCircuitBreaker = { enable: breaker !== 'none', rollback: breaker === 'rolls back' };
  await testAccount('ecs', 'CreateService', {
    cluster,
    serviceName: service,
    launchType: 'FARGATE',
    desiredCount: 1,
    taskDefinition: await register(testAccount, service, firstImage),
    deploymentConfiguration: { deploymentCircuitBreaker, ...(canary && canarySettings) },
    networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-0a'], securityGroups: ['sg-0'] } },
  });
}

/** Creates the images and services of all scenarios in a new system. Does not wait until the first revisions are steady. */
export async function createWorld(system: InProcessSystem, scenarios: Scenario[]): Promise<TestEnvironment> {
  allowOtherSources(system);
  const build = system.admin(config.build.account);
  const testAccount = system.admin(targetAccount);
  const environment: TestEnvironment = { ...system, build, testAccount, images: await pushImages(system, build) };
  await testAccount('ecs', 'CreateCluster', { clusterName: cluster });
  for (const scenario of scenarios) {
    await createService(environment, scenario);
    if (scenario.tasks !== undefined) await createSchedule(environment, scenario.service);
  }
  return environment;
}

/** Creates the schedule of a service, which begins now and runs the first revision. */
async function createSchedule({ cloud, clock, testAccount }: TestEnvironment, service: ServiceName): Promise<void> {
  const RoleArn = `arn:aws:iam::${targetAccount}:role/ecsEventsRole`;
  const policies = { all: document(everything) };
  cloud.iam.roles.set(RoleArn, { arn: RoleArn, trust: document(trustedBy('scheduler.amazonaws.com')), policies });
  await testAccount('scheduler', 'CreateSchedule', {
    Name: scheduleOf(service),
    ScheduleExpression: 'cron(0 2 * * ? *)',
    StartDate: Math.floor(clock.now() / 1000),
    FlexibleTimeWindow: { Mode: 'OFF' },
    State: 'DISABLED',
    Target: {
      Arn: `arn:aws:ecs:eu-west-1:${targetAccount}:cluster/${cluster}`,
      RoleArn,
      EcsParameters: {
        TaskDefinitionArn: `arn:aws:ecs:eu-west-1:${targetAccount}:task-definition/${service}:1`,
        TaskCount: 1,
      },
    },
  });
}

export async function readScheduledRevision({ testAccount }: TestEnvironment, service: ServiceName): Promise<string> {
  const found = await testAccount('scheduler', 'GetSchedule', { Name: scheduleOf(service) });
  return (found as { Target: { EcsParameters: { TaskDefinitionArn: string } } }).Target.EcsParameters.TaskDefinitionArn;
}

/** Deploys an image without Gantry, as another deployer does. */
export async function updateService(
  { testAccount, images }: TestEnvironment,
  name: ServiceName,
  image: ImageName,
): Promise<void> {
  const revision = await register(testAccount, name, images.get(image)!);
  await testAccount('ecs', 'UpdateService', { cluster, service: name, taskDefinition: revision });
}

interface DescribedService {
  serviceName: string;
  taskDefinition: string;
  runningCount: number;
  desiredCount: number;
  deployments: { taskDefinition: string; status: string }[];
}

export async function readServices({ testAccount }: TestEnvironment): Promise<DescribedService[]> {
  // One call describes at most ten services (botocore ecs DescribeServices).
  const halves = [serviceNames.slice(0, 10), serviceNames.slice(10)];
  const found = await Promise.all(
    halves.map((services) => testAccount('ecs', 'DescribeServices', { cluster, services })),
  );
  return found.flatMap((answer) => (answer as { services: DescribedService[] }).services);
}

/** Returns the revision of a service's PRIMARY deployment. */
export async function readRunningRevision({ testAccount }: TestEnvironment, name: ServiceName): Promise<string> {
  const found = await testAccount('ecs', 'DescribeServices', { cluster, services: [name] });
  const { deployments } = (found as { services: [DescribedService] }).services[0];
  return deployments.find(({ status }) => status === 'PRIMARY')!.taskDefinition;
}

/** Returns the image of a service's PRIMARY deployment. */
export async function readRunningImage(environment: TestEnvironment, name: ServiceName): Promise<string> {
  const taskDefinition = await readRunningRevision(environment, name);
  const described = await environment.testAccount('ecs', 'DescribeTaskDefinition', { taskDefinition });
  return (described as { taskDefinition: { containerDefinitions: [{ image: string }] } }).taskDefinition
    .containerDefinitions[0].image;
}

/** Creates a pipeline that has the artifact of a build as its source, and one other action, which deploys the artifact. */
export async function createPipeline(
  environment: TestEnvironment,
  name: ServiceName,
  how: { image: ImageName; by: string },
) {
  const { system, cloud, build, images } = environment;
  const zip = new JSZip();
  zip.file('imagedefinitions.json', JSON.stringify([{ name: 'app', imageUri: images.get(how.image)! }]));
  const bytes = await zip.generateAsync({ type: 'nodebuffer' });
  setSource(cloud, `sources/${name}.zip`, async () => ({ revision: 'v1', summary: name, zip: bytes }));
  const actions = getFirstPipeline(system).pipeline.stages.flatMap((stage) => stage.actions);
  const deploy = actions.find(({ name: action }) => action === `Deploy-${name}`)!;
  const takeJob = system.functions.find(({ file }) => file === 'take-job')!.name;
  const invoke = {
    name: deploy.name,
    actionTypeId: { category: 'Invoke', owner: 'AWS', provider: 'Lambda', version: '1' },
    configuration: { FunctionName: takeJob, UserParameters: JSON.stringify(deploy.configuration) },
  };
  const action = how.by === 'lambda' ? invoke : deploy;
  const source = { ...actions[0]!, configuration: { S3Bucket: 'sources', S3ObjectKey: `${name}.zip` } };
  const stages = [
    { name: 'Source', actions: [source] },
    { name: 'Deploy', actions: [{ ...action, runOrder: 1, inputArtifacts: [{ name: 'Source' }] }] },
  ];
  const roleArn = how.by === 'lambda' ? otherPipelineRole(environment) : getFirstPipeline(system).pipeline.roleArn;
  await build('codepipeline', 'CreatePipeline', {
    pipeline: { ...getFirstPipeline(system).pipeline, name, roleArn, stages },
  });
}

/** Creates the role of another team's pipeline, which is allowed to invoke the function directly. */
function otherPipelineRole({ cloud, system }: TestEnvironment): string {
  const arn = `arn:aws:iam::${system.account}:role/another-pipeline`;
  const trust = document(trustedBy('codepipeline.amazonaws.com'));
  cloud.iam.roles.set(arn, { arn, trust, policies: { all: document(everything) } });
  return arn;
}
