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
import { build, region, start } from '../start.ts';
import { allowing, giveRole } from './pipeline.ts';

export const aws = await start(kms, s3, ecr, logs, codebuild);
export const client = new CodeBuildClient(aws.as(build));
export const bucket = new S3Client({ ...aws.as(build), forcePathStyle: true });
export const registry = new ECRClient(aws.as(build));
export const role = `arn:aws:iam::${build}:role/build`;
export const Bucket = 'gantry-builds';
export const host = `${build}.dkr.ecr.${region}.amazonaws.com`;
/** The key that a project may be given. */
export let keyArn = '';

beforeAll(async () => {
  giveRole(aws.cloud, role, allowing('s3:*', 'kms:*', 'logs:*', 'ecr:*'));
  const { KeyMetadata } = await new KMSClient(aws.as(build)).send(new CreateKeyCommand({}));
  keyArn = KeyMetadata!.Arn!;
  await bucket.send(new CreateBucketCommand({ Bucket }));
  await registry.send(new CreateRepositoryCommand({ repositoryName: 'shop' }));
});

let count = 0;

/** Makes a project, gives it these files as its source, and runs it to its end. */
export async function run(
  files: Record<string, string>,
  more: { key?: string; role?: string; variables?: Record<string, string>; buildspec?: string } = {},
): Promise<{ ended: Build; output: string }> {
  count += 1;
  const name = `project-${count}`;
  const zip = new JSZip();
  for (const [path, text] of Object.entries(files)) zip.file(path, text);
  const Body = await zip.generateAsync({ type: 'nodebuffer' });
  await bucket.send(new PutObjectCommand({ Bucket, Key: `${name}/in`, Body }));
  await client.send(
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
      serviceRole: more.role ?? role,
      ...(more.key === undefined ? {} : { encryptionKey: more.key }),
    }),
  );
  const started = await client.send(
    new StartBuildCommand({
      projectName: name,
      sourceVersion: '3f1c0de5a2b94e1f8a7d',
      sourceLocationOverride: `${Bucket}/${name}/in`,
      artifactsOverride: { type: 'CODEPIPELINE', location: Bucket, name: `${name}/out` },
    }),
  );
  await aws.clock.until(() => true);
  const { builds } = await client.send(new BatchGetBuildsCommand({ ids: [started.build!.id!] }));
  return { ended: builds![0]!, output: `${name}/out` };
}

/** A buildspec of version 0.2 with these commands. */
export const spec = (lines: string[], rest = '') =>
  ['version: 0.2', 'phases:', '  build:', '    commands:', ...lines.map((line) => `      - ${line}`), rest].join('\n');

/** The lines of a build's log. */
export async function logOf({ logs: place }: Build, config = aws.as(build)): Promise<string[]> {
  const { groupName, streamName } = place!;
  const { events = [] } = await new CloudWatchLogsClient(config).send(
    new GetLogEventsCommand({ logGroupName: groupName!, logStreamName: streamName! }),
  );
  return events.map(({ message }) => message!);
}

/** The files of a zip in the bucket. */
export async function unzipped(Key: string): Promise<Record<string, string>> {
  const { Body } = await bucket.send(new GetObjectCommand({ Bucket, Key }));
  const { files } = await JSZip.loadAsync(await Body!.transformToByteArray());
  const entries = Object.values(files).map(async (file) => [file.name, await file.async('string')] as const);
  return Object.fromEntries(await Promise.all(entries));
}

export const phaseOf = ({ phases = [] }: Build, type: string) => phases.find(({ phaseType }) => phaseType === type);
