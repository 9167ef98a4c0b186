import type { ArtifactHead } from '../artifact/refused-read.ts';
import type { ContainerImage, InputArtifact, Release, TaskDefinitionBase } from '../model/release.ts';
import type { DeployRequest } from './fields.ts';

/** What was found out about a request: the artifacts that were read, and the images with their digests. */
export interface ReleaseFacts {
  /** Every artifact that was read. */
  heads: ArtifactHead[];
  /** The one that lists the images. */
  artifact?: InputArtifact | undefined;
  base: TaskDefinitionBase;
  pins: { images: ContainerImage[]; warnings: string[] };
  /** The target's events come to us. */
  woken: boolean;
}

/** An alias cannot be compared with the ARN that it stands for; it gets the benefit of the doubt. */
const isSameKey = (arn: string, declared: string): boolean =>
  arn === declared || arn.endsWith(`/${declared}`) || declared.includes('alias/');

/** What deserves a warning though the artifact could be read: this account can use aws/s3, but nobody beyond the border can. */
const warnAboutKey = (head: ArtifactHead, declared: string | undefined): string | undefined =>
  declared === undefined || (head.keyArn !== undefined && isSameKey(head.keyArn, declared))
    ? undefined
    : `The artifact is encrypted with ${head.keyArn ?? head.algorithm ?? 'no key'}, although the pipeline declares ${declared}. Set encryptionKey of the CodeBuild project: another account could not read this artifact.`;

const minuteMs = 60_000;

/** Until when a request may take (an ISO 8601 time in UTC), counted from the start of its execution: a slow beginning makes no job late. */
export const calculateDeadline = ({ timeoutMinutes }: DeployRequest, started: Date): string =>
  new Date(started.getTime() + timeoutMinutes * minuteMs).toISOString();

/** The release that a request asks for, with what a person should be warned of. */
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
    warnings: [...new Set(warnings), ...pins.warnings],
  };
}
