import { parseImageReference } from '../image/reference.ts';
import type { Release } from '../model/release.ts';
import type { ReleasePlan } from '../model/state-data.ts';
import type { PastDeployment } from './deployment-history.ts';

/** The parts of a rollback's data that name the revision to restore. */
interface RollbackRequestData {
  decision?: { do: string; revision?: string | undefined } | undefined;
  release: Pick<Release, 'images'>;
  plan: ReleasePlan;
}

const digestOf = (image: string): string | undefined => {
  const parsed = parseImageReference(image);
  return 'reason' in parsed ? undefined : parsed.reference.digest;
};

/**
 * Returns the revision that Decide Rollback chose, with the digests that are to run; undefined if Roll Back must choose the revision itself, as after a
 * failed release.
 */
export function findRequestedRestore({ decision, release, plan }: RollbackRequestData): PastDeployment | undefined {
  if (decision?.do !== 'revision' || decision.revision === undefined) return undefined;
  const images = release.images.map(({ name, imageUri, pinned }) => ({
    name,
    image: imageUri,
    digest: digestOf(pinned),
  }));
  const { startedAt, deploymentId } = plan.before;
  const createdAt = new Date(startedAt ?? 0);
  return { arn: deploymentId, status: 'SUCCESSFUL', createdAt, taskDefinition: decision.revision, images };
}
