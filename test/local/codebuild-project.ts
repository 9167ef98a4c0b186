import { CloudWatchLogsClient, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  BatchGetBuildsCommand,
  type Build,
  CodeBuildClient,
  CreateProjectCommand,
  StartBuildCommand,
} from '@aws-sdk/client-codebuild';
import { CreateRepositoryCommand, ECRClient } from '@aws-sdk/client-ecr';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import JSZip from 'jszip';
import { beforeAll } from 'vitest';
import { codebuild } from '../../local/codebuild.ts';
import { ecr } from '../../local/ecr.ts';
import { kms } from '../../local/kms.ts';
import { logs } from '../../local/logs.ts';
import { s3 } from '../../local/s3.ts';
import { buildAccountId, region, startCloud } from '../start.ts';
import { allowPolicy, giveRole } from './pipeline.ts';

export const startedCloud = await startCloud(kms, s3, ecr, logs, codebuild);
export const codeBuildClient = new CodeBuildClient(startedCloud.as(buildAccountId));
export const s3Client = new S3Client({ ...startedCloud.as(buildAccountId), forcePathStyle: true });
export const ecrClient = new ECRClient(startedCloud.as(buildAccountId));
export const buildRole = `arn:aws:iam::${buildAccountId}:role/build`;
export const bucketName = 'gantry-builds';
export const registryHost = `${buildAccountId}.dkr.ecr.${region}.amazonaws.com`;
/** A key that a project can use. */
export let keyArn = '';

beforeAll(async () => {
  giveRole(startedCloud.cloud, buildRole, allowPolicy('s3:*', 'kms:*', 'logs:*', 'ecr:*'));
  const { KeyMetadata } = await new KMSClient(startedCloud.as(buildAccountId)).send(new CreateKeyCommand({}));
  keyArn = KeyMetadata!.Arn!;
  await s3Client.send(new CreateBucketCommand({ Bucket: bucketName }));
  await ecrClient.send(new CreateRepositoryCommand({ repositoryName: 'shop' }));
});

let count = 0;

/** Creates a project with these files as its source, and runs one build to its end. */
export async function runProject(
  files: Record<string, string>,
  more: { key?: string; role?: string; variables?: Record<string, string>; buildspec?: string } = {},
): Promise<{ ended: Build; output: string }> {
  count += 1;
  const name = `project-${count}`;
  const zip = new JSZip();
  for (const [path, text] of Object.entries(files)) zip.file(path, text);
  const Body = await zip.generateAsync({ type: 'nodebuffer' });
  await s3Client.send(new PutObjectCommand({ Bucket: bucketName, Key: `${name}/in`, Body }));
  await codeBuildClient.send(
    new CreateProjectCommand({
      name,
      source: { type: 'CODEPIPELINE', ...(more.buildspec === undefined ? {} : { buildspec: more.buildspec }) },
      artifacts: { type: 'CODEPIPELINE' },
      environment: {
        type: 'LINUX_CONTAINER',
        image: 'aws/codebuild/standard:7.0',
        computeType: 'BUILD_GENERAL1_SMALL',
        environmentVariables: Object.entries(more.variables ?? {}).map(([key, value]) => ({ name: key, value })),
      },
      serviceRole: more.role ?? buildRole,
      ...(more.key === undefined ? {} : { encryptionKey: more.key }),
    }),
  );
  const started = await codeBuildClient.send(
    new StartBuildCommand({
      projectName: name,
      sourceVersion: '3f1c0de5a2b94e1f8a7d',
      sourceLocationOverride: `${bucketName}/${name}/in`,
      artifactsOverride: { type: 'CODEPIPELINE', location: bucketName, name: `${name}/out` },
    }),
  );
  await startedCloud.clock.advanceUntil(() => true);
  const { builds } = await codeBuildClient.send(new BatchGetBuildsCommand({ ids: [started.build!.id!] }));
  return { ended: builds![0]!, output: `${name}/out` };
}

/** Returns a buildspec of version 0.2 with these commands. */
export const buildspecWith = (lines: string[], rest = '') =>
  ['version: 0.2', 'phases:', '  build:', '    commands:', ...lines.map((line) => `      - ${line}`), rest].join('\n');

/** Returns the lines of a build's log. */
export async function readBuildLog(
  { logs: place }: Build,
  config = startedCloud.as(buildAccountId),
): Promise<string[]> {
  const { groupName, streamName } = place!;
  const { events = [] } = await new CloudWatchLogsClient(config).send(
    new GetLogEventsCommand({ logGroupName: groupName!, logStreamName: streamName! }),
  );
  return events.map(({ message }) => message!);
}

/** Returns the files of a zip in the bucket. */
export async function readZip(Key: string): Promise<Record<string, string>> {
  const { Body } = await s3Client.send(new GetObjectCommand({ Bucket: bucketName, Key }));
  const { files } = await JSZip.loadAsync(await Body!.transformToByteArray());
  const entries = Object.values(files).map(async (file) => [file.name, await file.async('string')] as const);
  return Object.fromEntries(await Promise.all(entries));
}

export const findPhase = ({ phases = [] }: Build, type: string) => phases.find(({ phaseType }) => phaseType === type);
