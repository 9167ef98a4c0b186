import { tryParseEcrHost } from '../image/ecr-host.ts';
import type { DescribedTaskDefinition } from '../task-definition/raw.ts';
import type { DeployedImage, PastDeployment } from './deployment-history.ts';

const isInEcr = ({ image }: DeployedImage): boolean => tryParseEcrHost(image.split('/')[0] ?? '') !== undefined;

const isPinned = ({ image }: DeployedImage): boolean => image.includes('@sha256:');

/**
 * Whether the digests show that a task has pulled an image: ECS resolves a tag to a digest when the first task pulls the image (botocore ecs
 * `ContainerImage`). An image that names its digest itself proves nothing.
 */
export const hasPulledImage = ({ images }: PastDeployment): boolean =>
  images.some((image) => !isPinned(image) && image.digest !== undefined);

/**
 * Whether ECS resolves a tag of the revision to a digest. ECS does so for images in ECR, unless the container's `versionConsistency` is disabled. AWS does
 * not document it for other registries.
 */
const resolvesTag = ({ images }: PastDeployment, described: DescribedTaskDefinition | undefined): boolean => {
  const disabled = (described?.taskDefinition.containerDefinitions ?? [])
    .filter(({ versionConsistency }) => versionConsistency === 'disabled')
    .map(({ name }) => name);
  return images.some((image) => !isPinned(image) && isInEcr(image) && !disabled.includes(image.name));
};

/**
 * Whether a successful deployment proves nothing, because it ran no task. If ECS resolves an image's tag, a missing digest shows this. For other images, a
 * desired number of 0 tasks shows this. AWS does not document whether the history has the number of that time or the current number, so the count in the
 * ledger takes precedence (core/rollback/ledger-evidence.ts).
 */
const isIdle = (past: PastDeployment, described: DescribedTaskDefinition | undefined): boolean =>
  !hasPulledImage(past) && (resolvesTag(past, described) || past.tasks === 0);

/** Returns the deployments. `idle` marks a deployment whose success proves nothing. */
export const markIdleDeployments = (
  deployments: PastDeployment[],
  revisions: ReadonlyMap<string, DescribedTaskDefinition>,
): PastDeployment[] => deployments.map((past) => ({ ...past, idle: isIdle(past, revisions.get(past.taskDefinition)) }));
