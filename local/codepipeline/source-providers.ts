import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import JSZip from 'jszip';
import type { Cloud } from '../cloud.ts';
import { bucketArn } from '../partition.ts';
import { type ActionProvider, assumeActionRole } from './action-provider.ts';
import { bucketFailure, fetchObject, storeArtifact } from './artifact.ts';
import { type ActionCaller, ActionFailure, type ActionOutcome } from './execution.ts';
import {
  requireConnection,
  requirePermissions,
  s3SourcePermissions,
  storePermissions,
  storeTagPermissions,
} from './source-permissions.ts';
import type { ActionContext } from './state.ts';

/** The result of a source action: the revision's id (a commit or version), its message, and the files as a zip. */
export interface SourceSnapshot {
  revision: string;
  summary: string;
  zip: Buffer;
}

const sourceReaders = new WeakMap<Cloud, Map<string, () => Promise<SourceSnapshot>>>();

/**
 * Registers the content of a source location: `owner/repository#branch` for a connection, `bucket/key` for S3. Without a
 * registration an S3 source action reads the object itself.
 */
export function registerSource(cloud: Cloud, place: string, read: () => Promise<SourceSnapshot>): void {
  const places = sourceReaders.get(cloud) ?? new Map<string, () => Promise<SourceSnapshot>>();
  sourceReaders.set(cloud, places.set(place, read));
}

/** Zips a folder's files without `.git` and `node_modules`; the same files give the same bytes. */
export async function zipFolder(folder: string): Promise<Buffer> {
  const zip = new JSZip();
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !/(^|[/\\])(\.git|node_modules)[/\\]/.test(relative(folder, path)))
    .sort();
  for (const path of files)
    zip.file(relative(folder, path).split(sep).join('/'), await readFile(path), {
      date: new Date(0),
      unixPermissions: (await stat(path)).mode,
      createFolders: false,
    });
  return zip.generateAsync({ type: 'nodebuffer', platform: 'UNIX', compression: 'DEFLATE' });
}

function requireConfiguration(context: ActionContext, ...names: [string, string]): [string, string] {
  const [first, second] = names.map((name) => context.run.configuration[name]);
  if (first === undefined || second === undefined)
    throw new ActionFailure('ConfigurationError', `The source action must be configured with ${names.join(' and ')}.`);
  return [first, second];
}

async function storeRevision(
  context: ActionContext,
  acting: ActionCaller,
  found: SourceSnapshot & { tagged: boolean },
): Promise<void> {
  const { execution, run, codePipeline } = context;
  const [artifact] = run.outputs;
  if (artifact === undefined) throw new ActionFailure('ConfigurationError', 'A source action has one output artifact.');
  const { bucket, key } = artifact;
  const onObject = found.tagged ? [...storePermissions.object, ...storeTagPermissions] : storePermissions.object;
  await requirePermissions(context, acting, 's3', [
    [storePermissions.bucket, bucketArn(codePipeline.region, bucket)],
    [onObject, bucketArn(codePipeline.region, `${bucket}/${key}`)],
  ]).catch((error: unknown) => {
    throw bucketFailure(bucket, error);
  });
  artifact.revision = found.revision;
  execution.revisions.push({
    actionName: run.action.name,
    revisionId: found.revision,
    revisionSummary: found.summary,
    created: codePipeline.cloud.clock.now(),
  });
  const keyId = execution.declaration.artifactStore.encryptionKey?.id;
  await storeArtifact(codePipeline.cloud, acting, { artifact, zip: found.zip, keyId });
}

/** CodeStarSourceConnection: reads a branch of a repository through a connection. */
export const connectionSourceProvider: ActionProvider = async (context): Promise<ActionOutcome> => {
  const { configuration } = context.run;
  const [repository, branch] = requireConfiguration(context, 'FullRepositoryId', 'BranchName');
  const acting = await assumeActionRole(context);
  await requireConnection(context, acting, { arn: configuration.ConnectionArn ?? '', repository });
  const read = sourceReaders.get(context.codePipeline.cloud)?.get(`${repository}#${branch}`);
  if (read === undefined)
    throw new ActionFailure('ConfigurationError', `[Connections] No Branch [${branch}] found for [${repository}]`);
  const found = await context.codePipeline.cloud.clock.freezeDuring(read());
  await storeRevision(context, acting, { ...found, tagged: false });
  return {
    status: 'Succeeded',
    summary: JSON.stringify({ ProviderType: 'GitHub', CommitMessage: found.summary }),
    externalExecutionId: found.revision,
    outputVariables: {
      CommitId: found.revision,
      CommitMessage: found.summary,
      BranchName: branch,
      FullRepositoryName: repository,
      ConnectionArn: configuration.ConnectionArn ?? '',
    },
  };
};

/** S3: reads a zip from a bucket. */
export const s3SourceProvider: ActionProvider = async (context): Promise<ActionOutcome> => {
  const [bucket, key] = requireConfiguration(context, 'S3Bucket', 'S3ObjectKey');
  const acting = await assumeActionRole(context);
  const object = async (): Promise<SourceSnapshot> => {
    const { body, version } = await fetchObject(context.codePipeline.cloud, acting, { bucket, key });
    return { revision: version ?? 'null', summary: `Amazon S3 version id: ${version ?? 'null'}`, zip: body };
  };
  const read = sourceReaders.get(context.codePipeline.cloud)?.get(`${bucket}/${key}`) ?? object;
  const found = await requirePermissions(context, acting, 's3', [
    [s3SourcePermissions.bucket, bucketArn(context.codePipeline.region, bucket)],
    [s3SourcePermissions.object, bucketArn(context.codePipeline.region, `${bucket}/${key}`)],
  ])
    .then(() => context.codePipeline.cloud.clock.freezeDuring(read()))
    .catch((error: unknown) => {
      throw bucketFailure(bucket, error);
    });
  await storeRevision(context, acting, { ...found, tagged: true });
  return {
    status: 'Succeeded',
    summary: found.summary,
    externalExecutionId: found.revision,
    outputVariables: { VersionId: found.revision, ETag: '', BucketName: bucket, ObjectKey: key },
  };
};
