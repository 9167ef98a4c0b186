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
  /** How many tasks it wanted, if ECS was queried. */
  tasks?: number | undefined;
  /** Whether none of its tasks ran, so that its success proves nothing. */
  idle?: boolean | undefined;
}

/** One event of the past: a revision worked, or it was condemned. */
export interface HistoryStep {
  at: Date;
  kind: 'worked' | 'condemned';
  past: PastDeployment;
}

/** Revisions that were registered to run exactly the images of an older one again, each with that older one. */
export type OriginalRevisions = ReadonlyMap<string, string>;

/** The revision that was deployed originally: for a copy that only pins or restores another revision's images, that other one. */
export const resolveOriginalRevision = (taskDefinition: string, restores: OriginalRevisions): string =>
  restores.get(taskDefinition) ?? taskDefinition;

const digestIn = ({ image, digest }: DeployedImage): string | undefined => digest ?? image.split('@')[1];

/**
 * Whether two deployments ran the same: the same revision, and the same digest for each container for which both digests are known.
 * The same revision with a tag that has moved does not count as the same.
 */
export function isSameRevisionAndImages(
  one: Pick<PastDeployment, 'taskDefinition' | 'images'>,
  other: Pick<PastDeployment, 'taskDefinition' | 'images'>,
  restores: OriginalRevisions,
): boolean {
  const revisions = [one, other].map(({ taskDefinition }) => resolveOriginalRevision(taskDefinition, restores));
  if (revisions[0] !== revisions[1]) return false;
  const digests = new Map(other.images.map((image) => [image.name, digestIn(image)]));
  return one.images.every((image) => {
    const [mine, theirs] = [digestIn(image), digests.get(image.name)];
    return mine === undefined || theirs === undefined || mine === theirs;
  });
}
