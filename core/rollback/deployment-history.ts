/** One container's image in a deployment. `digest`: the digest to which ECS resolved it, once a task has pulled it. */
export interface DeployedImage {
  name: string;
  image: string;
  digest?: string | undefined;
}

/** A past deployment with its target revision (botocore ecs `ServiceDeploymentBrief`, `ServiceRevision`; or an entry of Gantry's ledger). */
export interface PastDeployment {
  arn: string;
  status: string;
  createdAt: Date;
  finishedAt?: Date | undefined;
  taskDefinition: string;
  images: DeployedImage[];
  /** How many tasks the deployment wanted, if ECS was queried. */
  tasks?: number | undefined;
  /** Whether no task of the deployment ran, so that its success does not prove that the revision works. */
  idle?: boolean | undefined;
}

/** One item of evidence that a revision worked, or that it was found to be bad (`condemned`). */
export interface RevisionEvidence {
  at: Date;
  kind: 'worked' | 'condemned';
  past: PastDeployment;
}

/** A map from each revision that only runs the images of an older revision again, to that older revision. */
export type RevisionsByCopy = ReadonlyMap<string, string>;

/** Returns the original revision: for a copy that only pins or restores another revision's images, returns the other revision. */
export const resolveOriginalRevision = (taskDefinition: string, restores: RevisionsByCopy): string =>
  restores.get(taskDefinition) ?? taskDefinition;

const digestIn = ({ image, digest }: DeployedImage): string | undefined => digest ?? image.split('@')[1];

/**
 * Whether two deployments ran the same revision with the same digests. Compares the containers for which both digests are known. If a tag has moved in
 * between, the digests differ.
 */
export function isSameRevisionAndImages(
  one: Pick<PastDeployment, 'taskDefinition' | 'images'>,
  other: Pick<PastDeployment, 'taskDefinition' | 'images'>,
  restores: RevisionsByCopy,
): boolean {
  const revisions = [one, other].map(({ taskDefinition }) => resolveOriginalRevision(taskDefinition, restores));
  if (revisions[0] !== revisions[1]) return false;
  const digests = new Map(other.images.map((image) => [image.name, digestIn(image)]));
  return one.images.every((image) => {
    const [mine, theirs] = [digestIn(image), digests.get(image.name)];
    return mine === undefined || theirs === undefined || mine === theirs;
  });
}
