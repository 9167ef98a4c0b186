import { parseImageReference } from '../image/reference.ts';
import type { ContainerImage } from '../model/release.ts';
import type { PastDeployment } from './deployment-history.ts';
import type { RollbackFacts } from './facts.ts';

/** Returns the image with the digest that ran, so that a tag that has moved does not select another image. */
function pinToDigest(image: string, digest: string | undefined): string {
  const parsed = parseImageReference(image);
  if (digest === undefined || 'reason' in parsed || parsed.reference.digest !== undefined) return image;
  const { registry, path } = parsed.reference;
  return `${registry === undefined ? '' : `${registry}/`}${path}@${digest}`;
}

/** Returns the containers' images with the digests that ran. For a revision that never ran well, returns the images as the revision names them. */
export function pinImagesAsRun(
  revisions: RollbackFacts['revisions'],
  revision: string,
  ran: PastDeployment | undefined,
): ContainerImage[] {
  const containers = revisions.get(revision)?.taskDefinition.containerDefinitions ?? [];
  return containers
    .filter(({ image }) => typeof image === 'string')
    .map(({ name, image }) => {
      const imageUri = String(image);
      const digest = ran?.images.find((one) => one.name === name)?.digest;
      return { name, imageUri, pinned: pinToDigest(imageUri, digest) };
    });
}
