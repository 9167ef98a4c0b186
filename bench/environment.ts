import { join } from 'node:path';
import { z } from 'zod';
import { bundleFunctions } from '../bundle/functions.ts';
import { createScaledClock } from '../local/clock.ts';
import type { IssuedCredentials } from '../local/iam.ts';
import { type Administrator, actAsAdministrator } from '../local/run/accounts.ts';
import { type RunningSystem, startEmbeddedAws } from '../local/run/start.ts';
import config, { accounts, cluster, executionRole } from './config.ts';
import type { RecordedEvent } from './fact-time.ts';

export const benchRegion = config.build.region;

/** The installed system, and who may do everything in its accounts. */
export interface BenchSystem {
  running: RunningSystem;
  build: Administrator;
  /** The administrator of an account that services are in. */
  target(account: string): Administrator;
}

/** The installed system at real speed, and what its bus says. */
export interface BenchEnvironment extends BenchSystem {
  heard: RecordedEvent[];
  now(): number;
  wait(ms: number): Promise<void>;
}

/** Builds the functions for the benchmark's configuration and starts it all. */
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
  // Deciding every call by the policies keeps the one process busy that all deployers share; other tests prove the rights.
  running.cloud.skipAuthorization = true;
  const heard: RecordedEvent[] = [];
  running.cloud.eventListeners.push((event) => heard.push({ at: clock.now(), event }));
  const grounds = await prepareAccounts(running, accounts);
  const wait = (ms: number) => new Promise<void>((resolve) => void clock.after(ms, resolve));
  return { ...grounds, heard, now: clock.now, wait };
}

/** A cluster in each of these accounts, and a role that its tasks start with. */
export async function prepareAccounts(running: RunningSystem, accounts: Iterable<string>): Promise<BenchSystem> {
  const target = (account: string): Administrator => actAsAdministrator(running.cloud, account, benchRegion);
  for (const account of accounts) {
    const arn = `arn:aws:iam::${account}:role/${executionRole}`;
    const role = {
      arn,
      trust: createPolicyDocument('ecs-tasks.amazonaws.com'),
      policies: { all: createPolicyDocument() },
    };
    running.cloud.iam.roles.set(arn, role);
    await target(account)('ecs', 'CreateCluster', { clusterName: cluster });
  }
  return { running, build: actAsAdministrator(running.cloud, config.build.account, benchRegion), target };
}

const createPolicyDocument = (service?: string) => ({
  Version: '2012-10-17' as const,
  Statement: [
    service === undefined
      ? { Effect: 'Allow', Action: '*', Resource: '*' }
      : { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: service } },
  ],
});

/** The user that a deployer calls as: one for each cell, so that its calls can be told from all others. */
export const deployerUserArn = ({ name, account }: BenchService): string => `arn:aws:iam::${account}:user/${name}`;

export function createDeployerUser({ running }: BenchSystem, cell: BenchService): IssuedCredentials {
  const { iam } = running.cloud;
  const arn = deployerUserArn(cell);
  iam.users.set(arn, { arn, policies: { all: createPolicyDocument() } });
  return iam.issueCredentials({ account: cell.account, arn });
}

/** Pushes an image of a behaviour (of `missing`: does not push it); answers its URI. */
export async function pushImage(world: BenchSystem, tag: string, behavior: string): Promise<string> {
  const { repository } = world.running.system;
  const annotations = { 'local.gantry.behavior': behavior, name: tag };
  const imageManifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: `sha256:${'0'.repeat(64)}`, size: 2 },
    layers: [],
    annotations,
  });
  if (behavior !== 'missing')
    await world.build('ecr', 'PutImage', { repositoryName: repository.name, imageManifest, imageTag: tag });
  return `${repository.uri}:${tag}`;
}

/** A service's task definition with this image. */
export const createTaskDefinitionInput = ({ name, account }: BenchService, image: string) => ({
  family: name,
  requiresCompatibilities: ['FARGATE' as const],
  networkMode: 'awsvpc' as const,
  cpu: '256',
  memory: '512',
  executionRoleArn: `arn:aws:iam::${account}:role/${executionRole}`,
  containerDefinitions: [
    { name: 'app', image, essential: true, portMappings: [{ containerPort: 8080, protocol: 'tcp' as const }] },
  ],
});

const registerResultSchema = z.object({ taskDefinition: z.object({ taskDefinitionArn: z.string() }) });

/** Registers a revision as the target account's administrator; answers its ARN. */
export async function registerRevision(world: BenchSystem, service: BenchService, image: string): Promise<string> {
  const made = await world.target(service.account)(
    'ecs',
    'RegisterTaskDefinition',
    createTaskDefinitionInput(service, image),
  );
  return registerResultSchema.parse(made).taskDefinition.taskDefinitionArn;
}

/** A service of the benchmark, and where it is. */
export interface BenchService {
  name: string;
  account: string;
}
