import * as z from 'zod';
import type { ContainerImage, Release } from '../model/release.ts';
import { formatValue } from '../parsing/validation.ts';
import { placeImages } from '../task-definition/images.ts';
import type { RawTaskDefinition } from '../task-definition/raw.ts';
import type { DescribedService } from './described-service.ts';

/** ECS's names (botocore ecs `CPUArchitecture`), with the names of an image index (Go's GOARCH). */
const architectures: Record<string, string> = { X86_64: 'amd64', ARM64: 'arm64' };

const runtimePlatformSchema = z
  .object({ cpuArchitecture: z.string(), operatingSystemFamily: z.string() })
  .partial()
  .catch({});

/**
 * Whether the task can run on any platform. A task without runtimePlatform can do so on the user's own instances. On Fargate, the defaults apply (ECS
 * developer guide, `runtimePlatform`).
 */
function mayRunAnywhere({ requiresCompatibilities }: RawTaskDefinition, service: DescribedService): boolean {
  const { launchType, capacityProviderStrategy = [] } = service;
  const listed: unknown[] = Array.isArray(requiresCompatibilities) ? requiresCompatibilities : [];
  const isForOneKind = listed.length > 0 && listed.includes('FARGATE') !== listed.some((one) => one !== 'FARGATE');
  if (isForOneKind) return !listed.includes('FARGATE');
  if (launchType !== undefined) return launchType !== 'FARGATE';
  return capacityProviderStrategy.some(({ capacityProvider = '' }) => !/^FARGATE(_SPOT)?$/.test(capacityProvider));
}

/** Returns the platform that the task definition requires, such as `linux/arm64`; undefined if it leaves the platform open, or names an unknown one. */
function findWantedPlatform(definition: RawTaskDefinition, service: DescribedService): string | undefined {
  const requested = runtimePlatformSchema.parse(definition.runtimePlatform);
  if (requested.cpuArchitecture === undefined && mayRunAnywhere(definition, service)) return undefined;
  const architecture = architectures[requested.cpuArchitecture ?? 'X86_64'];
  const os = (requested.operatingSystemFamily ?? 'LINUX').split('_')[0]?.toLowerCase();
  return architecture === undefined ? undefined : `${os}/${architecture}`;
}

const formatPlatformError = ({ name, imageUri, platforms = [] }: ContainerImage, wanted: string): string =>
  `The image ${formatValue(imageUri)} for '${name}' has no variant for ${wanted}, which the task definition's runtimePlatform asks for; it has ${platforms.join(', ')}. Build the image for ${wanted}, or change runtimePlatform.`;

/**
 * Returns a sentence for each image that cannot run on the platform of the task definition, if ECR reports the image's platforms.
 * Does not check images that the definition has already. For Windows, compares only the family, not the version.
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
