import type { ArtifactHead } from '../artifact/refused-read.ts';
import type { ContainerImage, InputArtifact, Release, TaskDefinitionBase } from '../model/release.ts';
import { escapeUnprintable } from '../parsing/display-text.ts';
import type { DeployRequest } from './fields.ts';

/** Facts about a request: the artifacts that were read, and the images with their digests. */
export interface ReleaseFacts {
  /** The heads of all artifacts that were read. */
  heads: ArtifactHead[];
  /** The artifact that lists the images. */
  artifact?: InputArtifact | undefined;
  base: TaskDefinitionBase;
  pins: { images: ContainerImage[]; warnings: string[] };
  /** Whether the target's events reach Gantry. */
  woken: boolean;
}

/** Whether two names can mean the same key. An alias cannot be compared with the ARN of its key, so an alias counts as the same key. */
const isSameKey = (arn: string, declared: string): boolean =>
  arn === declared || arn.endsWith(`/${declared}`) || declared.includes('alias/');

/** Returns a warning although the artifact could be read: this account can use aws/s3, but nobody in another account can. */
const warnAboutKey = (head: ArtifactHead, declared: string | undefined): string | undefined =>
  declared === undefined || (head.keyArn !== undefined && isSameKey(head.keyArn, declared))
    ? undefined
    : `The artifact is encrypted with ${head.keyArn ?? head.algorithm ?? 'no key'}, although the pipeline declares ${declared}. Set encryptionKey of the CodeBuild project: another account could not read this artifact.`;

/** Returns the name of a request's target in messages and records. */
export const formatRequestedTargetName = ({ target: { name, service, cluster } }: DeployRequest): string =>
  name ?? `${cluster}/${service}`;

const minuteMs = 60_000;

/**
 * Returns the deadline of a request (an ISO 8601 time in UTC), counted from the start of its execution, so that slow first states do not delay the job's
 * result.
 */
export const calculateDeadline = ({ timeoutMinutes }: DeployRequest, started: Date): string =>
  new Date(started.getTime() + timeoutMinutes * minuteMs).toISOString();

/** Returns the release that a request asks for, with the warnings for its user. */
export function createRelease(
  request: DeployRequest,
  { heads, artifact, base, pins, woken }: ReleaseFacts,
  deadline: string,
): Release {
  const warnings = heads.flatMap((head) => warnAboutKey(head, request.encryptionKey) ?? []);
  return {
    target: request.target,
    images: pins.images,
    base,
    artifact,
    force: request.force,
    rollBackOnFailure: request.rollBackOnFailure,
    deadline,
    bakeMinutes: request.bakeMinutes,
    woken,
    by: request.by,
    reason: request.reason,
    tasks: request.tasks,
    skippedTasks: request.skippedTasks,
    warnings: [...(request.warnings ?? []), ...new Set(warnings), ...pins.warnings].map(escapeUnprintable),
  };
}
