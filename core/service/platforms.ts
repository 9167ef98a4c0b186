import * as z from 'zod';
import type { ContainerImage, Release } from '../model/release.ts';
import { formatValue } from '../parsing/validation.ts';
import { placeImages } from '../task-definition/images.ts';
import type { RawTaskDefinition } from '../task-definition/raw.ts';
import type { DescribedService } from './described-service.ts';

/** The names of ECS (botocore ecs `CPUArchitecture`) and those of an image index (Go's GOARCH). */
const architectures: Record<string, string> = { X86_64: 'amd64', ARM64: 'arm64' };

const runtimePlatformSchema = z
  .object({ cpuArchitecture: z.string(), operatingSystemFamily: z.string() })
  .partial()
  .catch({});

/** On instances of the user's own, a task without runtimePlatform runs on whatever they are; on Fargate the defaults hold (ECS developer guide, `runtimePlatform`). */
function mayRunAnywhere({ requiresCompatibilities }: RawTaskDefinition, service: DescribedService): boolean {
  const { launchType, capacityProviderStrategy = [] } = service;
  if (Array.isArray(requiresCompatibilities) && requiresCompatibilities.length > 0)
    return !requiresCompatibilities.includes('FARGATE');
  if (launchType !== undefined) return launchType !== 'FARGATE';
  return capacityProviderStrategy.some(({ capacityProvider = '' }) => !/^FARGATE(_SPOT)?$/.test(capacityProvider));
}

/** `linux/arm64`, as the task definition asks for it; undefined if it leaves the platform open, or names one that we do not know. */
function findWantedPlatform(definition: RawTaskDefinition, service: DescribedService): string | undefined {
  const asked = runtimePlatformSchema.parse(definition.runtimePlatform);
  if (asked.cpuArchitecture === undefined && mayRunAnywhere(definition, service)) return undefined;
  const architecture = architectures[asked.cpuArchitecture ?? 'X86_64'];
  const os = (asked.operatingSystemFamily ?? 'LINUX').split('_')[0]?.toLowerCase();
  return architecture === undefined ? undefined : `${os}/${architecture}`;
}

const formatPlatformError = ({ name, imageUri, platforms = [] }: ContainerImage, wanted: string): string =>
  `The image ${formatValue(imageUri)} for '${name}' has no variant for ${wanted}, which the task definition's runtimePlatform asks for; it has ${platforms.join(', ')}. Build the image for ${wanted}, or change runtimePlatform.`;

/**
 * A sentence for each image that cannot run on the platform of the task definition, as far as ECR says what the image has.
 * An image that the definition has already is not judged. Of Windows only the family is compared, not the version.
 */
export function findPlatformErrors(
  { images }: Release,
  definition: RawTaskDefinition,
  service: DescribedService,
): string[] {
  const wanted = findWantedPlatform(definition, service);
  if (wanted === undefined) return [];
  const placed = placeImages(definition, images).images;
  const added = definition.containerDefinitions.flatMap(({ image }, at) => {
    const next = placed[at];
    return next === undefined || next.pinned === image ? [] : [next];
  });
  return added
    .filter(({ platforms }) => platforms !== undefined && !platforms.includes(wanted))
    .map((image) => formatPlatformError(image, wanted));
}
