import { ECS } from '@aws-sdk/client-ecs';
import { afterAll } from 'vitest';
import { createProbeClient, type ProbeClient } from '../../aws/probe/client.ts';
import { createContext, type ProbeOptions, runProbes } from '../../cli/probe/run-probes.ts';
import { type SelectedAnswer, selectAnswers } from '../../local/assumptions/answers.ts';
import { cloudwatch } from '../../local/cloudwatch.ts';
import { codepipeline } from '../../local/codepipeline.ts';
import { dynamodb } from '../../local/dynamodb.ts';
import { ecr } from '../../local/ecr.ts';
import { ecs } from '../../local/ecs.ts';
import { iam } from '../../local/iam-operations.ts';
import { kms } from '../../local/kms.ts';
import { getFunctions, stopFunctions } from '../../local/lambda/functions.ts';
import { lambda } from '../../local/lambda.ts';
import { logs } from '../../local/logs.ts';
import { s3 } from '../../local/s3.ts';
import { states } from '../../local/states.ts';
import { sts } from '../../local/sts.ts';
import type { PolicyDocument } from '../../policy-evaluator/caller.ts';
import { buildAccountId as account, region, startCloud } from '../start.ts';

export const prober = `arn:aws:iam::${account}:user/prober`;

const document = (...Statement: Record<string, unknown>[]): PolicyDocument => ({ Version: '2012-10-17', Statement });
const everything = document({ Sid: 'Everything', Effect: 'Allow', Action: '*', Resource: '*' });

const trustedBy = (Service: string, condition?: object) =>
  document({
    Effect: 'Allow',
    Principal: { Service },
    Action: 'sts:AssumeRole',
    ...(condition && { Condition: condition }),
  });

/** Starts a cloud with every service that the probe calls. */
export async function startProbedCloud(answers: SelectedAnswer[] = []) {
  const aws = await startCloud(cloudwatch, codepipeline, dynamodb, ecr, ecs, iam, kms, lambda, logs, s3, states, sts);
  afterAll(() => stopFunctions(aws.cloud));
  aws.cloud.answers = selectAnswers(...answers);
  const settings = aws.as(account);
  const admin = (service: string, operation: string, input: object) =>
    aws.cloud.invoke(service, operation, input, {
      caller: { account, arn: `arn:aws:iam::${account}:user/admin` },
      region,
    });
  const pass = async (seconds: number) => {
    let isOver = false;
    aws.clock.after(seconds * 1000, () => {
      isOver = true;
    });
    await aws.clock.advanceUntil(() => isOver);
  };
  return { ...aws, settings, admin, pass };
}

export type ProbedCloud = Awaited<ReturnType<typeof startProbedCloud>>;

const giveRole = ({ cloud }: ProbedCloud, name: string, trust: PolicyDocument): string => {
  const arn = `arn:aws:iam::${account}:role/${name}`;
  cloud.iam.roles.set(arn, { arn, trust, policies: { everything } });
  return arn;
};

async function pushImage({ admin }: ProbedCloud, imageTag: string, behavior: object): Promise<string> {
  const annotations = { 'local.gantry.behavior': JSON.stringify(behavior), tag: imageTag };
  const imageManifest = JSON.stringify({ schemaVersion: 2, layers: [], annotations });
  await admin('ecr', 'PutImage', { repositoryName: 'shop', imageManifest, imageTag });
  return `${account}.dkr.ecr.${region}.amazonaws.com/shop:${imageTag}`;
}

const register = async ({ settings }: ProbedCloud, family: string, image: string, executionRoleArn: string) =>
  (
    await new ECS(settings).registerTaskDefinition({
      family,
      executionRoleArn,
      containerDefinitions: [{ name: 'app', image, memory: 64 }],
    })
  ).taskDefinition!.taskDefinitionArn!;

/** Services of other owners: one at rest, one that was rolled back, one whose execution role requires the key, and one with a rollout in progress. */
async function installServices(aws: ProbedCloud): Promise<void> {
  const { admin, pass } = aws;
  await admin('ecr', 'CreateRepository', { repositoryName: 'shop' });
  await admin('ecs', 'CreateCluster', { clusterName: 'shop' });
  const [good, bad] = [
    await pushImage(aws, 'good', {}),
    await pushImage(aws, 'bad', Object.fromEntries([['then', 'crash']])),
  ];
  const plain = giveRole(aws, 'plain', trustedBy('ecs-tasks.amazonaws.com'));
  const strict = giveRole(
    aws,
    'strict',
    trustedBy('ecs-tasks.amazonaws.com', { StringEquals: { 'aws:SourceAccount': account } }),
  );
  const create = async (serviceName: string, executionRole: string) =>
    admin('ecs', 'CreateService', {
      cluster: 'shop',
      serviceName,
      desiredCount: 1,
      taskDefinition: await register(aws, serviceName, good, executionRole),
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
    });
  for (const [name, role] of [
    ['calm', plain],
    ['broken', plain],
    ['strict', strict],
    ['busy', plain],
    ['canary', plain],
  ] as const)
    await create(name, role);
  await pass(300);
  const update = async (service: string, image: string) =>
    admin('ecs', 'UpdateService', {
      cluster: 'shop',
      service,
      taskDefinition: await register(aws, service, image, plain),
    });
  await update('broken', bad);
  const lifecycleHooks = [{ targetType: 'PAUSE', lifecycleStages: ['PRE_SCALE_UP'] }];
  const deploymentConfiguration = { strategy: 'CANARY', lifecycleHooks };
  await admin('ecs', 'UpdateService', { cluster: 'shop', service: 'canary', deploymentConfiguration });
  await update('canary', good);
  await pass(1200);
  await update('busy', good);
}

/** A pipeline of another owner, which has run once. */
async function installPipeline(aws: ProbedCloud): Promise<void> {
  const { admin, pass } = aws;
  const Bucket = 'shop-artifacts';
  await admin('s3', 'CreateBucket', { Bucket });
  await admin('s3', 'PutBucketVersioning', { Bucket, VersioningConfiguration: { Status: 'Enabled' } });
  await admin('s3', 'PutObject', { Bucket, Key: 'shop.zip', Body: Buffer.from('zip') });
  const source = { category: 'Source', owner: 'AWS', provider: 'S3', version: '1' };
  const approval = { category: 'Approval', owner: 'AWS', provider: 'Manual', version: '1' };
  const configuration = { S3Bucket: Bucket, S3ObjectKey: 'shop.zip' };
  const outputArtifacts = [{ name: 'Source' }];
  const stages = [
    { name: 'Source', actions: [{ name: 'Source', actionTypeId: source, configuration, outputArtifacts }] },
    { name: 'Wait', actions: [{ name: 'Wait', actionTypeId: approval }] },
  ];
  const roleArn = giveRole(aws, 'shop-pipeline', trustedBy('codepipeline.amazonaws.com'));
  const artifactStore = { type: 'S3', location: Bucket };
  await admin('codepipeline', 'CreatePipeline', { pipeline: { name: 'shop', roleArn, artifactStore, stages } });
  await admin('codepipeline', 'StartPipelineExecution', { name: 'shop' });
  await pass(60);
}

/** Creates the resources that the probes can read, so that every assumption can be answered. */
export async function installReadable(aws: ProbedCloud): Promise<void> {
  await installPipeline(aws);
  await installServices(aws);
}

const isFunctionRunning = (cloud: ProbedCloud['cloud']): boolean =>
  [...getFunctions(cloud).byArn.values()].some(({ environments }) => environments.some(({ busy }) => busy));

/** Runs the probe as the user `prober` with this policy, in simulated time. `wrap` can change its client; `lines`: what it printed. */
export async function probe(
  { cloud, clock }: ProbedCloud,
  options: Partial<ProbeOptions> = {},
  { policy = everything, wrap = (client: ProbeClient) => client, interruption = new AbortController() } = {},
) {
  cloud.iam.users.set(prober, { arn: prober, policies: { policy } });
  const credentials = cloud.iam.issueCredentials({ account, arn: prober });
  const lines: string[] = [];
  const run = async () => {
    const client = wrap(await createProbeClient({ region, endpoint: cloud.url, credentials }));
    const context = await createContext({
      client,
      now: () => new Date(clock.now()),
      sleep: async (ms, end) => {
        if (end.aborted) return;
        // A function runs in a separate thread, at wall-clock speed. So the time of the probe must not pass before the function has ended.
        while (isFunctionRunning(cloud)) await new Promise((resolve) => setImmediate(resolve));
        await clock.unfreezeDuring(
          new Promise<void>((resolve) => {
            end.addEventListener('abort', () => resolve(), { once: true });
            clock.after(ms, () => resolve());
          }),
        );
      },
      interrupted: interruption.signal,
      print: (line) => void lines.push(line),
    });
    return { ...(await runProbes(context, { create: false, remove: false, ...options })), names: context.names };
  };
  let isOver = false;
  const running = clock.freezeDuring(run()).finally(() => {
    isOver = true;
  });
  // The clock stops when no timer is due, so a timer keeps it running until the run has ended.
  const tick = () => void clock.after(1000, () => isOver || tick());
  tick();
  await Promise.all([running.catch(() => undefined), clock.advanceUntil(() => isOver, 7_200_000)]);
  return { ...(await running), lines };
}

/** Everything in the account that the probe could leave there, except keys, because their deletion takes days. */
export async function takeInventory({ cloud, admin }: ProbedCloud): Promise<unknown> {
  const listed = [
    await admin('codepipeline', 'ListPipelines', {}),
    await admin('codepipeline', 'ListActionTypes', { actionOwnerFilter: 'Custom' }),
    await admin('states', 'ListStateMachines', {}),
    await admin('ecs', 'ListClusters', {}),
    await admin('ecs', 'ListTaskDefinitions', {}),
    await admin('lambda', 'ListFunctions', {}),
    await admin('logs', 'DescribeLogGroups', {}),
  ];
  const head = (operation: string, input: object) =>
    admin(operation === 'DescribeKey' ? 'kms' : 's3', operation, input).then(
      () => 'there',
      (error: Error) => error.name,
    );
  return {
    listed,
    roles: [...cloud.iam.roles.keys()].filter((arn) => !arn.includes('aws-service-role')),
    bucket: await head('HeadBucket', { Bucket: `gantry-probe-${account}-${region}` }),
    alias: await head('DescribeKey', { KeyId: 'alias/gantry-probe' }),
  };
}

/** The operations that the probe has called since the authorization record had this many decisions, as `service:operation`, without those of STS. */
export const calledOperations = ({ cloud }: ProbedCloud, since = 0): string[] => [
  ...new Set(
    cloud.authorizations
      .slice(since)
      .filter(({ principal }) => principal === prober)
      .map(({ service, operation }) => `${service}:${operation}`),
  ),
];
