import { afterAll } from 'vitest';
import { type Config, validateConfig } from '../../core/config/check.ts';
import { artifactRecordKey } from '../../core/model/table-keys.ts';
import example from '../../infra/config.ts';
import { getFirstPipeline } from '../../local/run/first-pipeline.ts';
import { createSystemFactory } from '../../local/run/in-process-system.ts';
import { createAttackedPipeline, zipFiles } from './attacked-pipeline.ts';

export const attackedConfig = validateConfig({
  ...example,
  targets: example.targets.map((target) => ({ ...target, allowedPipelines: ['attacked'] })),
  pipelines: example.pipelines.map((one) => ({
    ...one,
    source: { type: 's3', bucket: 'sources', key: 'attacked.zip' },
  })),
});
const { account: build, region } = attackedConfig.build;
const accounts = { test: '222222222222', prod: '333333333333' };
type TargetName = keyof typeof accounts;

const manifestOf = (content: string, behavior: object): string =>
  JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: `sha256:${'0'.repeat(64)}`, size: 2 },
    layers: [],
    annotations: { content, 'local.gantry.behavior': JSON.stringify(behavior) },
  });

/** A caller's calls, with the permissions that the caller has. */
export type Calls = (service: string, operation: string, input: object) => Promise<unknown>;

/** Whether a call is refused because of missing permissions. An answer, or an error of another kind, is no such refusal. */
export const isDenied = (call: Promise<unknown>): Promise<boolean> =>
  call.then(
    () => false,
    (error: Error & { code?: string }) =>
      /AccessDenied|not authorized/.test(`${error.name} ${error.code} ${error.message}`),
  );

/** An image list for the container `app`. */
export const imageList = (imageUri: string) => ({ 'imagedefinitions.json': [{ name: 'app', imageUri }] });

/** Calls as the attacker: a principal of the system with its deployed policies, or a user with exactly these permissions. */
const impersonate = ({ cloud }: Awaited<ReturnType<Awaited<ReturnType<typeof createSystemFactory>>>>) => ({
  as:
    (roleArn: string): Calls =>
    (service, operation, input) =>
      cloud.invoke(service, operation, input, { caller: cloud.iam.session(roleArn, 'attacker'), region }),
  userWith(account: string, Action: string[], Resource: string[]): Calls {
    const arn = `arn:aws:iam::${account}:user/attacker`;
    const own = { Version: '2012-10-17' as const, Statement: [{ Sid: 'Own', Effect: 'Allow', Action, Resource }] };
    cloud.iam.users.set(arn, { arn, policies: { own } });
    return (service, operation, input) => cloud.invoke(service, operation, input, { caller: { account, arn }, region });
  },
});

/** The installed system of gantry.config.ts with every policy enforced, and a pipeline that deploys to test and, after an approval, to prod. */
export async function startAttackedSystem(changes: Partial<Config> = {}) {
  const system = await (await createSystemFactory({ ...attackedConfig, ...changes }))('security');
  afterAll(() => system.stop());
  const { clock } = system;
  const { machine } = system.system;
  const { repository, bucket } = getFirstPipeline(system.system);
  const admin = system.admin(build);
  const readService = async (target: TargetName) => {
    const asked = { cluster: 'web-shop', services: ['web'] };
    const found = await system.admin(accounts[target])('ecs', 'DescribeServices', asked);
    type Service = { taskDefinition: string; runningCount: number; deployments: unknown[] };
    return (found as { services: [Service] }).services[0];
  };
  await clock.advanceUntil(async () => {
    const services = await Promise.all((['test', 'prod'] as const).map(readService));
    return services.every(({ deployments, runningCount }) => deployments.length === 1 && runningCount > 0);
  }, 3_600_000);
  return {
    ...system,
    ...impersonate(system),
    ...(await createAttackedPipeline(system, admin)),
    repository,
    bucket: bucket.name,
    /** The key of the artifact of the newest release in the pipeline. */
    async readArtifactKey(): Promise<string> {
      const found = await admin('s3', 'ListObjectsV2', { Bucket: bucket.name, Prefix: 'attacked/' });
      type Listed = { Key: string; LastModified: Date };
      const objects = (found as { Contents: Listed[] }).Contents;
      return objects.toSorted((a, b) => Number(a.LastModified) - Number(b.LastModified)).at(-1)!.Key;
    },
    /** The key of an artifact's record in the table, in DynamoDB's notation. */
    recordKey(key: string) {
      const { pk, sk } = artifactRecordKey({ bucket: bucket.name, key });
      return { pk: { S: pk }, sk: { S: sk } };
    },
    /** Pushes an image under a tag and returns its digest. `behavior`: the image's behaviour when it runs (local/README.md). */
    async push(imageTag: string, unique: string, calls: Calls = admin, behavior: object = {}): Promise<string> {
      const put = { repositoryName: repository.name, imageTag, imageManifest: manifestOf(unique, behavior) };
      const { image } = (await calls('ecr', 'PutImage', put)) as { image: { imageId: { imageDigest: string } } };
      return image.imageId.imageDigest;
    },
    /** Puts an artifact of these files at a key. */
    async putArtifact(key: string, files: Record<string, unknown>, calls: Calls = admin) {
      await calls('s3', 'PutObject', { Bucket: bucket.name, Key: key, Body: await zipFiles(files) });
      return { bucket: bucket.name, key };
    },
    /** Returns the bytes of an artifact. */
    async readArtifact(key: string, calls: Calls = admin): Promise<Uint8Array> {
      return ((await calls('s3', 'GetObject', { Bucket: bucket.name, Key: key })) as { Body: Uint8Array }).Body;
    },
    /** Deploys manually; returns how the execution ended, with its message. */
    async deploy(input: object): Promise<{ status: string; message: string }> {
      const start = { stateMachineArn: machine.arn, input: JSON.stringify(input) };
      const { executionArn } = (await admin('states', 'StartExecution', start)) as { executionArn: string };
      type Execution = { status: string; output?: string; cause?: string };
      const read = async () => (await admin('states', 'DescribeExecution', { executionArn })) as Execution;
      await clock.advanceUntil(async () => (await read()).status !== 'RUNNING', 3_600_000);
      const { status, output, cause = '' } = await read();
      return { status, message: output === undefined ? cause : JSON.parse(output).report.message };
    },
    /** The images that a target runs, by container. */
    async runs(target: TargetName): Promise<Record<string, string>> {
      const { taskDefinition } = await readService(target);
      const asked = await system.admin(accounts[target])('ecs', 'DescribeTaskDefinition', { taskDefinition });
      type Described = { taskDefinition: { containerDefinitions: { name: string; image: string }[] } };
      const { containerDefinitions } = (asked as Described).taskDefinition;
      return Object.fromEntries(containerDefinitions.map(({ name, image }) => [name, image]));
    },
  };
}
