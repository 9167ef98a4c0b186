/** One container's image as a deployment ran it. `digest`: what ECS resolved it to, once a task has pulled it. */
export interface DeployedImage {
  name: string;
  image: string;
  digest?: string | undefined;
}

/** One entry of ECS's deployment history, with the revision that it aimed at (botocore ecs `ServiceDeploymentBrief`, `ServiceRevision`). */
export interface PastDeployment {
  arn: string;
  status: string;
  createdAt: Date;
  finishedAt?: Date | undefined;
  taskDefinition: string;
  images: DeployedImage[];
}

/** Revisions that were registered to run an older one's very images again, with that older one. */
export type OriginalRevisions = ReadonlyMap<string, string>;

/** The revision that was asked for in the first place: of a copy that only pins what another ran, that other. */
export const resolveOriginalRevision = (taskDefinition: string, restores: OriginalRevisions): string =>
  restores.get(taskDefinition) ?? taskDefinition;

const pinnedReference = ({ image, digest }: DeployedImage): string => digest ?? image.split('@')[1] ?? image;

/** A revision together with what its tags meant when it ran: the same revision with a moved tag is another. */
const revisionIdentity = ({ taskDefinition, images }: PastDeployment, restores: OriginalRevisions): string => {
  const pins = images.map((image) => `${image.name}=${pinnedReference(image)}`).toSorted();
  return [resolveOriginalRevision(taskDefinition, restores), ...pins].join(' ');
};

export const isSameRevisionAndImages = (
  one: PastDeployment,
  other: PastDeployment,
  restores: OriginalRevisions,
): boolean => revisionIdentity(one, restores) === revisionIdentity(other, restores);

/** What the successful deployments leave to go back to. */
export interface KnownGoodRevisions {
  /** Each good revision once, the newest first. */
  stack: PastDeployment[];
  /** The newest of them had run before: it was itself a way back, or a re-deployment. */
  returned: boolean;
}

/**
 * Reads the successful deployments (in any order) as steps forward and back: one that runs anew what ran before takes back
 * all that came in between, so that two ways back in a row are two steps back and never forward to what was left.
 */
export function findKnownGoodRevisions(successes: PastDeployment[], restores: OriginalRevisions): KnownGoodRevisions {
  const stack: PastDeployment[] = [];
  let returned = false;
  for (const past of successes.toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime())) {
    const at = stack.findIndex((one) => isSameRevisionAndImages(one, past, restores));
    returned = at >= 0;
    stack.splice(returned ? at : stack.length, stack.length, past);
  }
  return { stack: stack.toReversed(), returned };
}

/** The good revisions that are older than `past`, the newest first; where it is none of them, all. */
export function findOlderKnownGood(
  past: PastDeployment,
  { stack }: KnownGoodRevisions,
  restores: OriginalRevisions,
): PastDeployment[] {
  const at = stack.findIndex((one) => isSameRevisionAndImages(one, past, restores));
  return stack.slice(at + 1);
}
