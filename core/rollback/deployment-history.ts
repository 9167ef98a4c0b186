/** One container's image as a deployment ran it. `digest`: what ECS resolved it to, once a task has pulled it. */
export interface DeployedImage {
  name: string;
  image: string;
  digest?: string | undefined;
}

/** One deployment of the past with the revision that it aimed at (botocore ecs `ServiceDeploymentBrief`, `ServiceRevision`; or an entry of our ledger). */
export interface PastDeployment {
  arn: string;
  status: string;
  createdAt: Date;
  finishedAt?: Date | undefined;
  taskDefinition: string;
  images: DeployedImage[];
  /** How many tasks it wanted, as far as ECS was asked. */
  tasks?: number | undefined;
  /** No task of it ran, so its success proves nothing. */
  idle?: boolean | undefined;
}

/** One thing that happened: a revision worked, or it was condemned. */
export interface HistoryStep {
  at: Date;
  kind: 'worked' | 'condemned';
  past: PastDeployment;
}

/** Revisions that were registered to run an older one's very images again, with that older one. */
export type OriginalRevisions = ReadonlyMap<string, string>;

/** The revision that was asked for in the first place: for a copy that only pins or restores what another ran, that other. */
export const resolveOriginalRevision = (taskDefinition: string, restores: OriginalRevisions): string =>
  restores.get(taskDefinition) ?? taskDefinition;

const digestIn = ({ image, digest }: DeployedImage): string | undefined => digest ?? image.split('@')[1];

/**
 * Whether two deployments ran the same: the same revision, and the same digest for each container of which both digests are known.
 * The same revision with a tag that has moved is another.
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
