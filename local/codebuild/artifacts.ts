import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Caller } from '../../policy-evaluator/caller.ts';
import { writeArtifact } from '../assumptions/repeat-write.ts';
import type { Cloud } from '../cloud.ts';
import { bucketArn } from '../partition.ts';
import { type Buildspec, parseBuildspec } from './buildspec.ts';
import type { Build } from './state.ts';
import { unzip, zipArtifacts } from './zip.ts';

/** Why a phase failed; the message becomes the phase's context. */
export class PhaseFailure extends Error {
  readonly statusCode: string;
  constructor(statusCode: string, message: string) {
    super(message);
    this.statusCode = statusCode;
  }
}

export interface BuildRun {
  cloud: Cloud;
  build: Build;
  caller: Caller;
  wallLimitMs: number;
  folder: string;
}

const getObjectSchema = z.looseObject({ Body: z.instanceof(Uint8Array) });

/** Downloads and unpacks the source as the service role, and reads its buildspec. */
export async function downloadSource({
  cloud,
  build,
  caller,
  folder,
}: BuildRun): Promise<{ source: string; spec: Buildspec }> {
  const source = join(folder, 'src');
  await mkdir(source);
  const { type, location = '', buildspec = 'buildspec.yml' } = build.source;
  if (type !== 'NO_SOURCE') {
    const [Bucket = '', ...key] = location.split('/');
    const input = { Bucket, Key: key.join('/') };
    const got = await cloud
      .invoke('s3', 'GetObject', input, { caller, region: build.project.region })
      .catch((error: unknown) => {
        throw new PhaseFailure(
          'CLIENT_ERROR',
          `${error instanceof Error ? `${error.name}: ${error.message}` : error} for primary source and source version ${bucketArn(build.project.region, location)}`,
        );
      });
    await unzip(Buffer.from(getObjectSchema.parse(got).Body), source);
  }
  return { source, spec: await readBuildspec(source, buildspec) };
}

async function readBuildspec(source: string, buildspec: string): Promise<Buildspec> {
  // Text with a line break is the buildspec itself; anything else is its path (API_ProjectSource).
  const text = buildspec.includes('\n')
    ? buildspec
    : await readFile(join(source, buildspec), 'utf8').catch(() => {
        throw new PhaseFailure('YAML_FILE_ERROR', `stat ${join(source, buildspec)}: no such file or directory`);
      });
  try {
    return parseBuildspec(text);
  } catch (error) {
    throw new PhaseFailure('YAML_FILE_ERROR', error instanceof Error ? error.message : String(error));
  }
}

/** Uploads the output artifact as the service role, encrypted with the project's key. If the project has no key, S3 uses the account's aws/s3 key. */
export async function uploadArtifacts(
  { cloud, build, caller }: BuildRun,
  { source, spec }: { source: string; spec: Buildspec },
): Promise<void> {
  const { type, location, name } = build.artifacts;
  if (type === 'NO_ARTIFACTS') return;
  const { encryptionKey, region } = build.project;
  const Body = await zipArtifacts(spec.artifacts, source);
  const key = encryptionKey === undefined ? {} : { SSEKMSKeyId: encryptionKey };
  const input = { Bucket: location, Key: name, Body, ServerSideEncryption: 'aws:kms', ...key };
  await writeArtifact(cloud, () => cloud.invoke('s3', 'PutObject', input, { caller, region })).catch(
    (error: unknown) => {
      const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      throw new PhaseFailure('CLIENT_ERROR', `Error in UPLOAD_ARTIFACTS phase: ${reason}`);
    },
  );
}
