import { createHash } from 'node:crypto';
import { declareActionTypeContent } from './action-type-content.ts';

/**
 * The digest of each version of the custom action type, in the order of the versions. CodePipeline cannot change an action type, so every change needs a new
 * version. A test compares the last digest with the declaration.
 */
export const recordedDigests = ['b78b0fe3ac6e', '3dc6ab6652dd'];

/** Returns the digest of an action type's content. The digest does not depend on the installation, because `content` is declared for a fixed Region. */
export const digestActionType = (content: object): string =>
  createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 12);

/** Returns the version that belongs to the content of an action type: the version of its recorded digest, or the next version if the content is new. */
export function findActionTypeVersion(content: object, digests: string[] = recordedDigests): string {
  const at = digests.indexOf(digestActionType(content));
  return String(at < 0 ? digests.length + 1 : at + 1);
}

/**
 * Returns a version and all versions before it, newest first. Pipelines can still use the earlier versions, so `take-job` polls for the jobs of all
 * versions.
 */
export const listPolledVersions = (version: string): string[] =>
  Array.from({ length: Number(version) }, (_, before) => String(Number(version) - before));

/** The version of the custom action type. */
export const actionTypeVersion = findActionTypeVersion(declareActionTypeContent('eu-west-1'));
