import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import JSZip from 'jszip';
import { authorize } from '../authorize.ts';
import type { Call, Cloud } from '../cloud.ts';
import { type ActionProvider, assumeActionRole } from './action-provider.ts';
import { fetchObject, storeArtifact } from './artifact.ts';
import { type ActionCaller, ActionFailure, type ActionOutcome } from './execution.ts';
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

/** Using a connection needs `UseConnection` on it. No embedded service owns connections, so the permission is checked directly. */
async function useConnection(
  work: ActionContext,
  acting: ActionCaller,
  on: { arn: string; repository: string },
): Promise<void> {
  const { arn, repository } = on;
  const { cloud } = work.world;
  const service = arn.split(':')[2] ?? 'codestar-connections';
  const call: Call = {
    cloud,
    ...acting,
    operation: 'UseConnection',
    allow: (action, resource, circumstances) => authorize(call, service, { action, resource, ...circumstances }),
  };
  const context = { [`${service}:FullRepositoryId`]: repository };
  await cloud.clock.freezeDuring(call.allow(`${service}:UseConnection`, arn, { context })).catch(() => {
    throw new ActionFailure(
      'PermissionError',
      `Unable to use Connection: ${arn}. The provided role does not have sufficient permissions.`,
    );
  });
}

function requireConfiguration(work: ActionContext, ...names: [string, string]): [string, string] {
  const [first, second] = names.map((name) => work.run.configuration[name]);
  if (first === undefined || second === undefined)
    throw new ActionFailure('ConfigurationError', `The source action must be configured with ${names.join(' and ')}.`);
  return [first, second];
}

async function storeRevision(work: ActionContext, acting: ActionCaller, found: SourceSnapshot): Promise<void> {
  const { execution, run, world } = work;
  const [artifact] = run.outputs;
  if (artifact === undefined) throw new ActionFailure('ConfigurationError', 'A source action has one output artifact.');
  artifact.revision = found.revision;
  execution.revisions.push({
    actionName: run.action.name,
    revisionId: found.revision,
    revisionSummary: found.summary,
    created: world.cloud.clock.now(),
  });
  const keyId = execution.declaration.artifactStore.encryptionKey?.id;
  await storeArtifact(world.cloud, acting, { artifact, zip: found.zip, keyId });
}

/** CodeStarSourceConnection: reads a branch of a repository through a connection. */
export const connectionSourceProvider: ActionProvider = async (work): Promise<ActionOutcome> => {
  const { configuration } = work.run;
  const [repository, branch] = requireConfiguration(work, 'FullRepositoryId', 'BranchName');
  const acting = await assumeActionRole(work);
  await useConnection(work, acting, { arn: configuration.ConnectionArn ?? '', repository });
  const read = sourceReaders.get(work.world.cloud)?.get(`${repository}#${branch}`);
  if (read === undefined)
    throw new ActionFailure('ConfigurationError', `[Connections] No Branch [${branch}] found for [${repository}]`);
  const found = await work.world.cloud.clock.freezeDuring(read());
  await storeRevision(work, acting, found);
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
export const s3SourceProvider: ActionProvider = async (work): Promise<ActionOutcome> => {
  const [bucket, key] = requireConfiguration(work, 'S3Bucket', 'S3ObjectKey');
  const acting = await assumeActionRole(work);
  const object = async (): Promise<SourceSnapshot> => {
    const { body, version } = await fetchObject(work.world.cloud, acting, { bucket, key });
    return { revision: version ?? 'null', summary: `Amazon S3 version id: ${version ?? 'null'}`, zip: body };
  };
  const read = sourceReaders.get(work.world.cloud)?.get(`${bucket}/${key}`) ?? object;
  const found = await work.world.cloud.clock.freezeDuring(read()).catch((error: unknown) => {
    throw new ActionFailure(
      'PermissionError',
      `The service role or action role doesn't have the permissions required to access the Amazon S3 bucket named ${bucket}. ` +
        `Update the IAM role permissions, and then try again. Error: ${error instanceof Error ? error.message : error}`,
    );
  });
  await storeRevision(work, acting, found);
  return {
    status: 'Succeeded',
    summary: found.summary,
    externalExecutionId: found.revision,
    outputVariables: { VersionId: found.revision, ETag: '', BucketName: bucket, ObjectKey: key },
  };
};
