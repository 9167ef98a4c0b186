import type { ECSClient } from '@aws-sdk/client-ecs';
import { extractFile } from '../core/artifact/zip.ts';
import { Failure } from '../core/errors/failure.ts';
import { toRequestFailure } from '../core/errors/invalid-request.ts';
import type { AllowedImageSources } from '../core/image/sources.ts';
import type { Release, TaskDefinitionFile } from '../core/model/release.ts';
import { type AlarmFacts, listAlarmNames } from '../core/service/alarms.ts';
import type { TargetFacts } from '../core/service/problems.ts';
import type { TargetSession } from '../core/service/session-policy.ts';
import { parseTaskDefinitionFile } from '../core/task-definition/file.ts';
import type { Installation } from '../core/task-definition/installation.ts';
import { type DescribedTaskDefinition, familyOfRevision } from '../core/task-definition/raw.ts';
import { createS3ClientForJobIfAllowed } from './artifact-credentials.ts';
import { describeAlarms } from './cloudwatch.ts';
import { createTargetEcsClient, describeService, listDeploymentAlarms } from './ecs.ts';
import { describeRequestedTaskDefinition } from './ecs-task-definitions.ts';
import { lookUpTagDigests } from './revision-tags.ts';
import { rereadArtifact } from './s3.ts';
import { assumeTargetRole } from './sts.ts';

/** The execution that reads the target, the time, and the installation. */
interface TargetReader {
  session: TargetSession;
  now: Date;
  jobId?: string | undefined;
  sources: AllowedImageSources;
  installation: Installation;
}

/**
 * Reads all data that a plan depends on, without changing anything: the service, the revision to build on, the alarms of ECS and the alarms of the
 * configuration.
 */
export async function readTargetFacts(
  release: Release,
  configured: string[],
  { session, now, jobId, sources, installation }: TargetReader,
): Promise<TargetFacts> {
  const client = await createTargetEcsClient(release.target, session, now);
  const service = await describeService(client, release.target);
  const found = typeof service === 'string' ? undefined : service;
  const named = { ecs: found === undefined ? [] : listDeploymentAlarms(found), configured };
  const credentials = await assumeTargetRole(release.target, session, now);
  const [base, running, states] = await Promise.all([
    readBase(client, { release, jobId }, found?.taskDefinition),
    release.base.from !== 'service' && found?.taskDefinition
      ? describeRequestedTaskDefinition(client, found.taskDefinition)
      : undefined,
    readAlarmStates(release, listAlarmNames(named), credentials),
  ]);
  const alarms = { ...named, states };
  const pins = release.base.from === 'revision' ? await pinBaseImages(base, sources) : undefined;
  return { release, service, base, running, pins, alarms, installation };
}

/** Pins the images of a manually chosen revision that have only a tag. The other images do not change. */
const pinBaseImages = async (base: TargetFacts['base'], sources: AllowedImageSources): Promise<TargetFacts['pins']> =>
  typeof base !== 'object' || base instanceof Failure
    ? undefined
    : lookUpTagDigests(base.taskDefinition, sources).catch(returnConfigurationError);

async function readBase(
  client: ECSClient,
  { release, jobId }: { release: Release; jobId: string | undefined },
  running: string | undefined,
): Promise<TargetFacts['base']> {
  if (release.base.from === 'file')
    return readTaskDefinitionFromArtifact(release, release.base, jobId).catch(returnConfigurationError);
  if (release.base.from === 'revision')
    return (await describeRequestedTaskDefinition(client, release.base.taskDefinition)) ?? 'gone';
  if (running === undefined) return undefined;
  const revision = release.base.from === 'latest' ? familyOfRevision(running) : running;
  return (await describeRequestedTaskDefinition(client, revision)) ?? 'gone';
}

/** A ConfigurationError is reported together with the other problems; any other error is thrown. */
const returnConfigurationError = (error: unknown): Failure => {
  if (error instanceof Failure && error.name === 'ConfigurationError') return error;
  throw error;
};

/** Returns the task definition file of a release, from the artifact at the version that Read Images has read. */
export async function readTaskDefinitionFromArtifact(
  release: Release,
  { path, artifact = release.artifact }: TaskDefinitionFile,
  jobId: string | undefined,
): Promise<DescribedTaskDefinition> {
  if (artifact === undefined)
    throw new Failure(
      'ConfigurationError',
      `TaskDefinition names the file ${path}, but there is no artifact to read it from.`,
    );
  const client = jobId === undefined ? undefined : await createS3ClientForJobIfAllowed(jobId);
  const bytes = await rereadArtifact(artifact, client);
  return parseTaskDefinitionFile(await extractFile(bytes, path, 'TaskDefinition'), path);
}

/** If the role is not allowed to read alarms, Gantry deploys anyway, with a warning. */
const readAlarmStates = (
  { target }: Release,
  names: string[],
  credentials: Parameters<typeof describeAlarms>[1],
): Promise<AlarmFacts['states']> =>
  describeAlarms(target, credentials, names).catch((error: unknown) => {
    const failure = toRequestFailure(error, `reading the alarms ${names.join(', ')}`);
    if (failure.name === 'PermissionError') return 'denied' as const;
    throw failure;
  });
