import { readFile } from 'node:fs/promises';
import { describe, expect, inject, it } from 'vitest';
import { z } from 'zod';
import { type Config, validateConfig } from '../../core/config/check.ts';
import example from '../../infra/config.ts';
import { loadInProcessRunner } from '../../local/lambda/in-process.ts';
import { getFirstPipeline } from '../../local/run/first-pipeline.ts';
import { exampleWithTargets } from '../example-config.ts';
import { createZip } from '../zip.ts';
import { startSystem, type TestSystem } from './system.ts';

const build = '111111111111';
const bucket = 'team-artifacts';
const teamRole = `arn:aws:iam::${build}:role/team-pipeline`;
const keySchema = z.object({ KeyMetadata: z.object({ Arn: z.string() }) });
const stateSchema = z.object({
  stageStates: z.array(
    z.object({
      stageName: z.string(),
      latestExecution: z.object({ status: z.string() }).optional(),
      actionStates: z.array(
        z.object({
          latestExecution: z
            .object({ status: z.string().optional(), errorDetails: z.object({ message: z.string() }).optional() })
            .optional(),
        }),
      ),
    }),
  ),
});

const allow = (Action: string[], Resource: string | string[] = '*', rest: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...rest,
});
const policy = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });

/**
 * Removes the permission to decrypt from the pipeline's role and from the key's policy, so that a job's credentials lack it. The `readers` keep the permission.
 */
async function denyDecryptToJobs({ admin, cloud }: TestSystem, key: string, readers: string[] = []): Promise<void> {
  const encrypt = ['kms:GenerateDataKey*', 'kms:Encrypt'];
  const role = cloud.iam.roles.get(teamRole);
  if (role !== undefined) role.policies = { own: JSON.parse(policy(allow(['s3:*', ...encrypt]))) };
  const statements = [
    allow(encrypt, '*', { Principal: { AWS: teamRole } }),
    allow(['kms:*'], '*', { Principal: { AWS: `arn:aws:iam::${build}:user/admin` } }),
    ...(readers.length === 0 ? [] : [allow(['kms:Decrypt', 'kms:DescribeKey'], '*', { Principal: { AWS: readers } })]),
  ];
  const Policy = policy(...statements);
  await admin(build)('kms', 'PutKeyPolicy', { KeyId: key, PolicyName: 'default', Policy });
}

/** Creates a pipeline as a team had it before Gantry, with the team's own bucket, key, role and S3 source, and one deploy action. */
async function createTeamPipeline({ admin, cloud, system }: TestSystem, containers = ['app']) {
  const as = admin(build);
  const key = keySchema.parse(await as('kms', 'CreateKey', {})).KeyMetadata.Arn;
  const users = [teamRole, `arn:aws:iam::${build}:user/admin`];
  const use = allow(['kms:*'], '*', { Principal: { AWS: users } });
  cloud.iam.roles.set(teamRole, {
    arn: teamRole,
    trust: {
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'CodePipeline',
          Effect: 'Allow',
          Principal: { Service: 'codepipeline.amazonaws.com' },
          Action: ['sts:AssumeRole'],
        },
      ],
    },
    policies: { own: JSON.parse(policy(allow(['s3:*', 'kms:*']))) },
  });
  for (const name of [bucket, 'team-sources']) {
    await as('s3', 'CreateBucket', { Bucket: name });
    await as('s3', 'PutBucketVersioning', { Bucket: name, VersioningConfiguration: { Status: 'Enabled' } });
  }
  const image = `${build}.dkr.ecr.eu-west-1.amazonaws.com/legacy/web:1`;
  await pushImage(as, 'legacy/web', '1');
  const definitions = JSON.stringify(containers.map((name) => ({ name, imageUri: image })));
  const Body = await createZip({ path: 'imagedefinitions.json', content: definitions });
  await as('s3', 'PutObject', { Bucket: 'team-sources', Key: 'web.zip', Body });
  await as('kms', 'PutKeyPolicy', { KeyId: key, PolicyName: 'default', Policy: policy(use) });
  const deploys = getFirstPipeline(system)
    .pipeline.stages.flatMap(({ name, actions }) => (name === 'Deploy-test' ? actions : []))
    .map((deploy) => ({ ...deploy, inputArtifacts: [{ name: 'Bundle' }] }));
  const source = {
    name: 'Source',
    actionTypeId: { category: 'Source', owner: 'AWS', provider: 'S3', version: '1' },
    runOrder: 1,
    configuration: { S3Bucket: 'team-sources', S3ObjectKey: 'web.zip', PollForSourceChanges: 'false' },
    inputArtifacts: [],
    outputArtifacts: [{ name: 'Bundle' }],
  };
  const stages = [
    { name: 'Source', actions: [source] },
    { name: 'Deploy', actions: deploys },
  ];
  const artifactStore = { type: 'S3', location: bucket, encryptionKey: { id: key, type: 'KMS' } };
  const pipeline = {
    name: 'team',
    roleArn: teamRole,
    pipelineType: 'V2',
    executionMode: 'QUEUED',
    artifactStore,
    stages,
  };
  await as('codepipeline', 'CreatePipeline', { pipeline });
  return key;
}

async function pushImage(as: ReturnType<TestSystem['admin']>, repositoryName: string, imageTag: string): Promise<void> {
  const config = { mediaType: 'application/vnd.oci.image.config.v1+json', digest: `sha256:${'0'.repeat(64)}`, size: 2 };
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const imageManifest = JSON.stringify({ schemaVersion: 2, mediaType, config, layers: [] });
  await as('ecr', 'CreateRepository', { repositoryName });
  const pull = allow(['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'], [], {
    Principal: { AWS: 'arn:aws:iam::222222222222:root' },
  });
  const { Resource: _, ...statement } = pull;
  await as('ecr', 'SetRepositoryPolicy', { repositoryName, policyText: policy(statement) });
  await as('ecr', 'PutImage', { repositoryName, imageManifest, imageTag });
}

async function release(environment: TestSystem) {
  const as = environment.admin(build);
  await as('codepipeline', 'StartPipelineExecution', { name: 'team' });
  const read = async () => {
    const state = stateSchema.parse(await as('codepipeline', 'GetPipelineState', { name: 'team' }));
    return state.stageStates.find(({ stageName }) => stageName === 'Deploy');
  };
  const done = await environment.waitUntil(read, (stage) =>
    ['Succeeded', 'Failed'].includes(stage?.latestExecution?.status ?? ''),
  );
  const messages = (done?.actionStates ?? []).flatMap(({ latestExecution }) => latestExecution?.errorDetails ?? []);
  return { status: done?.latestExecution?.status, message: messages.map(({ message }) => message).join(' ') };
}

/** Starts a system with this configuration. Its functions have the configuration `ofFunctions`, which is the same by default. */
async function startConfigured(config: Config, ofFunctions = config): Promise<TestSystem> {
  const environment = await startSystem(config);
  loadInProcessRunner(await readFile(inject('library'), 'utf8'), ofFunctions)(environment.cloud, []);
  return environment;
}

const readers = ['read-images', 'check-target', 'register-revision'].map(
  (name) => `arn:aws:iam::${build}:role/gantry-production-${name}`,
);

describe('a pipeline that existed before Gantry, with a bucket, a key and a repository of its own', () => {
  it("deploys with the job's own credentials, although no setting names its bucket or key", async () => {
    const environment = await startSystem();
    await createTeamPipeline(environment);
    expect(await release(environment)).toEqual({ status: 'Succeeded', message: '' });
  });

  it('is refused before anything changes if the configuration does not list it', async () => {
    const targets = example.targets.map((one) => ({ ...one, allowedPipelines: ['te', 'team-*', 'web-shop'] }));
    const environment = await startConfigured(validateConfig({ ...example, targets }));
    await createTeamPipeline(environment);
    const { status, message } = await release(environment);
    expect(status).toBe('Failed');
    expect(message).toContain(
      'The pipeline "team" is not allowed to deploy to test/web; allowed are: web-shop-production, te, team-*, web-shop. Add "team" to allowedPipelines of the target test',
    );
    const service = await environment.admin('222222222222')('ecs', 'DescribeServices', {
      cluster: 'web-shop',
      services: ['web'],
    });
    expect(service).toMatchObject({
      services: [{ taskDefinition: expect.stringMatching(/:task-definition\/web:1$/) }],
    });
  });

  it('is refused with the setting that helps if nobody may decrypt its artifact', async () => {
    const environment = await startSystem();
    const key = await createTeamPipeline(environment);
    await denyDecryptToJobs(environment, key);
    const { status, message } = await release(environment);
    expect(status).toBe('Failed');
    expect(message).toContain(`Add { bucket: '${bucket}', key: '${key}' } to artifactStores in gantry.config.ts`);
  });

  it('deploys from a configured artifact store if the job cannot decrypt', async () => {
    const environment = await startSystem(validateConfig({ ...example, artifactStores: [{ bucket }] }));
    const key = await createTeamPipeline(environment);
    await denyDecryptToJobs(environment, key, readers);
    expect(await release(environment)).toEqual({ status: 'Succeeded', message: '' });
  });
});

/** The first container of the newest revision of each family in the account of the target test. */
async function readImages(environment: TestSystem, families: string[]) {
  const revisions = families.map((family) =>
    environment.admin('222222222222')('ecs', 'DescribeTaskDefinition', { taskDefinition: family }),
  );
  return (await Promise.all(revisions)).map(
    (found) =>
      (found as { taskDefinition: { containerDefinitions: { name: string; image: string }[] } }).taskDefinition
        .containerDefinitions[0],
  );
}

describe('two services that take their images from one list', () => {
  const [test, ...others] = example.targets;
  const services = test!.services.flatMap((web) => [
    web,
    { ...web, name: 'jobs', containers: ['worker'], executionRole: 'jobs-execution', taskRoles: ['jobs-task'] },
  ]);
  const config = validateConfig(exampleWithTargets([{ ...test!, services }, ...others]));

  it('each get the image of their own container', async () => {
    const environment = await startConfigured(config);
    await createTeamPipeline(environment, ['app', 'worker']);
    expect(await release(environment)).toEqual({ status: 'Succeeded', message: '' });
    expect(await readImages(environment, ['web', 'jobs'])).toMatchObject([
      { name: 'app', image: expect.stringContaining('legacy/web@sha256:') },
      { name: 'worker', image: expect.stringContaining('legacy/web@sha256:') },
    ]);
  });

  const matched = { services: '*', passRoles: ['*-execution', '*-task'] };
  const onlyPatterns = validateConfig(exampleWithTargets([{ ...test!, services: [], match: matched }, ...others]));
  // The roles are created by name, so that they exist. They have the permissions that the patterns need.
  const installed = validateConfig(exampleWithTargets([{ ...test!, services, match: matched }, ...others]));

  it('each get the image of their own container if only a pattern allows them, and a wrong name is refused', async () => {
    const environment = await startConfigured(installed, onlyPatterns);
    await createTeamPipeline(environment, ['app', 'worker']);
    expect(await release(environment)).toEqual({ status: 'Succeeded', message: '' });
    expect(await readImages(environment, ['web', 'jobs'])).toMatchObject([
      { name: 'app', image: expect.stringContaining('legacy/web@sha256:') },
      { name: 'worker', image: expect.stringContaining('legacy/web@sha256:') },
    ]);
    const image = `${build}.dkr.ecr.eu-west-1.amazonaws.com/legacy/web:1`;
    const definitions = ['app', 'worker', 'wroker'].map((name) => ({ name, imageUri: image }));
    const Body = await createZip({ path: 'imagedefinitions.json', content: JSON.stringify(definitions) });
    await environment.admin(build)('s3', 'PutObject', { Bucket: 'team-sources', Key: 'web.zip', Body });
    expect(await release(environment)).toMatchObject({
      status: 'Failed',
      message: expect.stringContaining(
        'which no action of the stage Deploy takes; there are: app (test/web), worker (test/jobs).',
      ),
    });
  });

  it('are not released if the list names a container that neither has', async () => {
    const environment = await startConfigured(config);
    await createTeamPipeline(environment, ['app', 'worker', 'wroker']);
    expect(await release(environment)).toMatchObject({
      status: 'Failed',
      message: expect.stringContaining(
        'imagedefinitions.json names the container "wroker", which no action of the stage Deploy takes; there are: app (test/web), worker (test/jobs).',
      ),
    });
  });
});
