import { join } from 'node:path';
import { z } from 'zod';
import { bundleFunctions } from '../bundle/functions.ts';
import { createScaledClock } from '../local/clock.ts';
import type { IssuedCredentials } from '../local/iam.ts';
import { type Administrator, actAsAdministrator } from '../local/run/accounts.ts';
import { getFirstPipeline } from '../local/run/first-pipeline.ts';
import { type RunningSystem, startEmbeddedAws } from '../local/run/start.ts';
import config, { accounts, cluster, executionRole } from './config.ts';
import type { RecordedEvent } from './fact-time.ts';

export const benchRegion = config.build.region;

/** The installed system, and the administrators of its accounts. */
export interface BenchSystem {
  running: RunningSystem;
  build: Administrator;
  /** The administrator of an account with services. */
  target(account: string): Administrator;
}

/** The installed system at real speed, and the events of its bus. */
export interface BenchEnvironment extends BenchSystem {
  events: RecordedEvent[];
  now(): number;
  wait(ms: number): Promise<void>;
}

/** Builds the functions for the benchmark's configuration and starts the system. */
export async function createBenchEnvironment(): Promise<BenchEnvironment> {
  const outdir = join('.build', 'bench');
  await bundleFunctions({ outdir, shared: true, config: 'bench/config.ts' });
  const clock = createScaledClock(1);
  const running = await startEmbeddedAws({
    clock,
    config,
    stage: 'production',
    bundles: join(import.meta.dirname, '..', outdir),
  });
  // Policies are not evaluated, because all deployers share this process and the evaluation would take its CPU time. Other tests prove the permissions.
  running.cloud.skipAuthorization = true;
  const events: RecordedEvent[] = [];
  running.cloud.eventListeners.push((event) => events.push({ at: clock.now(), event }));
  const system = await prepareAccounts(running, accounts);
  const wait = (ms: number) => new Promise<void>((resolve) => void clock.after(ms, resolve));
  return { ...system, events, now: clock.now, wait };
}

/** Creates a cluster in each of these accounts, and the execution role of its tasks. */
export async function prepareAccounts(running: RunningSystem, accounts: Iterable<string>): Promise<BenchSystem> {
  const target = (account: string): Administrator => actAsAdministrator(running.cloud, account, benchRegion);
  for (const account of accounts) {
    createExecutionRole(running, account, executionRole);
    await target(account)('ecs', 'CreateCluster', { clusterName: cluster });
  }
  return { running, build: actAsAdministrator(running.cloud, config.build.account, benchRegion), target };
}

/** Creates a role that ECS is allowed to assume, with all permissions. */
export function createExecutionRole({ cloud }: RunningSystem, account: string, name: string): void {
  const arn = `arn:aws:iam::${account}:role/${name}`;
  const trust = createPolicyDocument('ecs-tasks.amazonaws.com');
  cloud.iam.roles.set(arn, { arn, trust, policies: { all: createPolicyDocument() } });
}

const createPolicyDocument = (service?: string) => ({
  Version: '2012-10-17' as const,
  Statement: [
    service === undefined
      ? { Effect: 'Allow', Action: '*', Resource: '*' }
      : { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: service } },
  ],
});

/** The IAM user of a cell's deployer. Each cell has its own user, so that the user's calls can be counted. */
export const deployerUserArn = ({ name, account }: BenchService): string => `arn:aws:iam::${account}:user/${name}`;

export function createDeployerUser({ running }: BenchSystem, cell: BenchService): IssuedCredentials {
  const { iam } = running.cloud;
  const arn = deployerUserArn(cell);
  iam.users.set(arn, { arn, policies: { all: createPolicyDocument() } });
  return iam.issueCredentials({ account: cell.account, arn });
}

/** Pushes an image with this behaviour, or no image if the behaviour is `missing`. Returns the image's URI. */
export async function pushImage(environment: BenchSystem, tag: string, behavior: string): Promise<string> {
  const { repository } = getFirstPipeline(environment.running.system);
  const annotations = { 'local.gantry.behavior': behavior, name: tag };
  const imageManifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: `sha256:${'0'.repeat(64)}`, size: 2 },
    layers: [],
    annotations,
  });
  if (behavior !== 'missing')
    await environment.build('ecr', 'PutImage', { repositoryName: repository.name, imageManifest, imageTag: tag });
  return `${repository.uri}:${tag}`;
}

/** Creates a service's task definition with this image. */
export const createTaskDefinitionInput = ({ name, account, ...service }: BenchService, image: string) => ({
  family: name,
  requiresCompatibilities: ['FARGATE' as const],
  networkMode: 'awsvpc' as const,
  cpu: '256',
  memory: '512',
  executionRoleArn: `arn:aws:iam::${account}:role/${service.role ?? executionRole}`,
  containerDefinitions: [
    ...(service.sidecar === undefined ? [] : [{ name: 'agent', image: service.sidecar, essential: false }]),
    { name: 'app', image, essential: true, portMappings: [{ containerPort: 8080, protocol: 'tcp' as const }] },
  ],
});

const registerResultSchema = z.object({ taskDefinition: z.object({ taskDefinitionArn: z.string() }) });

/** Registers a revision as the target account's administrator; returns its ARN. */
export async function registerRevision(
  environment: BenchSystem,
  service: BenchService,
  image: string,
): Promise<string> {
  const registered = await environment.target(service.account)(
    'ecs',
    'RegisterTaskDefinition',
    createTaskDefinitionInput(service, image),
  );
  return registerResultSchema.parse(registered).taskDefinition.taskDefinitionArn;
}

/** A service of the benchmark, and its account. */
export interface BenchService {
  name: string;
  account: string;
  /** The service's own execution role, if the service has one. */
  role?: string;
  /** The image of the service's sidecar, if the service has one. */
  sidecar?: string;
}
