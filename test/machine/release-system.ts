import { readFile } from 'node:fs/promises';
import { inject } from 'vitest';
import type { Config } from '../../core/config/check.ts';
import example from '../../infra/config.ts';
import { loadInProcessRunner } from '../../local/lambda/in-process.ts';
import { getFirstPipeline } from '../../local/run/first-pipeline.ts';
import { startSystem, type TestSystem } from './system.ts';

/** The behaviour of a running image, as local/README.md describes it. */
export type ImageBehavior = Record<string, unknown>;

const manifest = (behavior: ImageBehavior, salt: string): string =>
  JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: `sha256:${'0'.repeat(64)}`, size: 2 },
    layers: [],
    annotations: { 'local.gantry.behavior': JSON.stringify(behavior), salt },
  });

export interface ServiceSnapshot {
  taskDefinition: string;
  runningCount: number;
  desiredCount: number;
  deployments: { id: string; status: string; rolloutState: string; taskDefinition: string }[];
}

export interface EndedRelease {
  status: string;
  error?: string;
  cause?: string;
  output: { report: { type: string; message: string } } & Record<string, unknown>;
  states: string[];
}

export const hasEnded = ({ status }: { status: string }): boolean => status !== 'RUNNING';

/**
 * Starts a system whose service `test/web` is steady, with helpers for tests. Its functions run in this process, which is fast, with the given configuration.
 * With `threads` they run as in Lambda: as built, and each in its own environment.
 */
export async function startReleaseSystem(config: Config = example, { threads = false } = {}) {
  const system = await startSystem(config);
  if (!threads) loadInProcessRunner(await readFile(inject('library'), 'utf8'), config)(system.cloud, []);
  const { account, machine } = system.system;
  const { repository } = getFirstPipeline(system.system);
  const build = system.admin(account);
  const testAccount = system.admin('222222222222');
  const does = {
    ...system,
    build,
    testAccount,
    async push(tag: string, behavior: ImageBehavior): Promise<string> {
      const imageManifest = manifest(behavior, tag);
      await build('ecr', 'PutImage', { repositoryName: repository.name, imageManifest, imageTag: tag });
      return `${repository.uri}:${tag}`;
    },
    async service(): Promise<ServiceSnapshot> {
      const answer = await testAccount('ecs', 'DescribeServices', { cluster: 'web-shop', services: ['web'] });
      return (answer as { services: [ServiceSnapshot] }).services[0];
    },
    async begin(input: unknown): Promise<string> {
      const answer = await build('states', 'StartExecution', {
        stateMachineArn: machine.arn,
        input: JSON.stringify(input),
      });
      return (answer as { executionArn: string }).executionArn;
    },
    describe: (executionArn: string) => describeExecution(system, executionArn),
    end: (executionArn: string) => system.waitUntil(() => describeExecution(system, executionArn), hasEnded),
    async release(images: string, more: Record<string, unknown> = {}): Promise<EndedRelease> {
      return does.end(await does.begin({ target: 'test/web', images: [{ name: 'app', imageUri: images }], ...more }));
    },
    steady: () =>
      system.waitUntil(
        () => does.service(),
        ({ deployments, runningCount, desiredCount }) =>
          deployments.length === 1 && runningCount === desiredCount && deployments[0]?.rolloutState === 'COMPLETED',
      ),
  };
  await does.steady();
  return does;
}

export type ReleaseSystem = Awaited<ReturnType<typeof startReleaseSystem>>;

/** An execution with its output, and the names of the states that it entered, in order. */
export async function describeExecution(system: TestSystem, executionArn: string): Promise<EndedRelease> {
  const build = system.admin(system.system.account);
  const found = (await build('states', 'DescribeExecution', { executionArn })) as Omit<EndedRelease, 'output'> & {
    output?: string;
  };
  const { events } = (await build('states', 'GetExecutionHistory', { executionArn, maxResults: 1000 })) as {
    events: { stateEnteredEventDetails?: { name: string } }[];
  };
  const states = events.flatMap((event) => event.stateEnteredEventDetails?.name ?? []);
  return { ...found, output: JSON.parse(found.output ?? '{}'), states };
}
