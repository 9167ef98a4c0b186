import { parseEcrHost } from '../image/ecr-host.ts';
import type { DescribedTaskDefinition } from '../task-definition/raw.ts';
import type { DeployedImage, PastDeployment } from './deployment-history.ts';

const isInEcr = ({ image }: DeployedImage): boolean => parseEcrHost(image.split('/')[0] ?? '') !== undefined;

const isPinned = ({ image }: DeployedImage): boolean => image.includes('@sha256:');

/** A tag's digest is resolved by the first task that pulls it (botocore ecs `ContainerImage`); of an image that names its digest nothing follows. */
export const hasPulledImage = ({ images }: PastDeployment): boolean =>
  images.some((image) => !isPinned(image) && image.digest !== undefined);

/** Whether ECS resolves a tag of the revision to a digest: it does for ECR, unless the container's `versionConsistency` is disabled. Of other registries it is not documented. */
const resolvesTag = ({ images }: PastDeployment, described: DescribedTaskDefinition | undefined): boolean => {
  const disabled = (described?.taskDefinition.containerDefinitions ?? [])
    .filter(({ versionConsistency }) => versionConsistency === 'disabled')
    .map(({ name }) => name);
  return images.some((image) => !isPinned(image) && isInEcr(image) && !disabled.includes(image.name));
};

/**
 * Whether a success proves nothing, because no task ran. If ECS resolves a tag, a missing digest says so. Otherwise the number of tasks that it wanted
 * does; AWS does not document whether that number is of then or of now, so the ledger's own count weighs more (core/rollback/ledger-evidence.ts).
 */
const isIdle = (past: PastDeployment, described: DescribedTaskDefinition | undefined): boolean =>
  !hasPulledImage(past) && (resolvesTag(past, described) || past.tasks === 0);

/** The deployments, with those marked that proved nothing. */
export const markIdle = (
  deployments: PastDeployment[],
  revisions: ReadonlyMap<string, DescribedTaskDefinition>,
): PastDeployment[] => deployments.map((past) => ({ ...past, idle: isIdle(past, revisions.get(past.taskDefinition)) }));
