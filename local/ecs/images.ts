import { z } from 'zod';
import type { Caller } from '../../policy-evaluator/caller.ts';
import { AwsError } from '../aws-error.ts';
import { type Behavior, behaviorAnnotation, healthyBehavior, readBehavior } from './behavior.ts';
import { serviceLinkedRoleSession } from './service-linked-role.ts';
import type { Ecs, EcsTask } from './state.ts';
import type { ContainerDefinition } from './task-definition-input.ts';
import { taskRoles } from './task-roles.ts';

/** The result of a pull: the image, or the reason of the failure in AWS's wording. */
export type PullResult = { digest?: string; behavior: Behavior } | { failure: string };

/** Matches the IPv4 and dual-stack forms of a registry's host, each with its FIPS variant (ECR user guide, "Private registry"). */
const ecrImage =
  /^(\d{12})\.(?:dkr\.ecr(?:-fips)?\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?|dkr-ecr(?:-fips)?\.([a-z0-9-]+)\.on\.(?:aws|amazonwebservices\.com\.cn))\/([^:@]+)(?::([^@]+))?(?:@(sha256:[0-9a-f]{64}))?$/;

interface EcrImageReference {
  region: string;
  registryId: string;
  repositoryName: string;
  imageId: { imageTag: string } | { imageDigest: string };
}

const parseEcrImage = (image: string): EcrImageReference | undefined => {
  const [, registryId, ipv4, dualStack, repositoryName, imageTag = 'latest', imageDigest] = ecrImage.exec(image) ?? [];
  const region = ipv4 ?? dualStack;
  if (registryId === undefined || region === undefined || repositoryName === undefined) return undefined;
  return { region, registryId, repositoryName, imageId: imageDigest === undefined ? { imageTag } : { imageDigest } };
};

const batchGetImageOutputSchema = z.object({
  images: z.array(z.object({ imageId: z.object({ imageDigest: z.string() }), imageManifest: z.string() })),
});
const manifestSchema = z.looseObject({ layers: z.array(z.looseObject({ digest: z.string() })).optional() });

/** Returns the caller that pulls: the task's execution role or, without one, ECS itself. */
function pullCaller(ecs: Ecs, task: EcsTask): Caller {
  const { executionRoleArn } = taskRoles(task);
  return executionRoleArn === undefined
    ? serviceLinkedRoleSession(ecs.cloud.iam, task.cluster)
    : ecs.cloud.iam.session(executionRoleArn, task.id);
}

async function checkRegistryAuth(ecs: Ecs, task: EcsTask, region: string): Promise<string | undefined> {
  try {
    await ecs.cloud.invoke('ecr', 'GetAuthorizationToken', {}, { caller: pullCaller(ecs, task), region });
    return undefined;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return (
      'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: ' +
      `unable to retrieve ecr registry auth: service call has been retried 3 time(s): ${error.name}: ${error.message}`
    );
  }
}

/** Fetches the manifest and authorizes the pull of the first layer: an image needs both to run. */
async function fetchImage(
  ecs: Ecs,
  task: EcsTask,
  { region, imageId, ...repository }: EcrImageReference,
): Promise<PullResult | undefined> {
  const as = { caller: pullCaller(ecs, task), region };
  const { images } = batchGetImageOutputSchema.parse(
    await ecs.cloud.invoke('ecr', 'BatchGetImage', { ...repository, imageIds: [imageId] }, as),
  );
  const [image] = images;
  if (image === undefined) return undefined;
  const layer = manifestSchema.parse(JSON.parse(image.imageManifest)).layers?.[0];
  if (layer !== undefined)
    await ecs.cloud.invoke('ecr', 'GetDownloadUrlForLayer', { ...repository, layerDigest: layer.digest }, as);
  return parseImageBehavior(image.imageManifest, image.imageId.imageDigest);
}

/** Parses the image's behaviour. An invalid annotation becomes the reason why the task did not start, because the image's author reads that reason first. */
const parseImageBehavior = (imageManifest: string, digest: string): PullResult => {
  try {
    return { digest, behavior: readBehavior(imageManifest) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { failure: `CannotStartContainerError: the image's ${behaviorAnnotation} is not understood: ${why}` };
  }
};

const imageNotFound = (image: string): PullResult => ({
  failure: `CannotPullContainerError: pull image manifest has been retried 7 time(s): failed to resolve ref ${image}: ${image}: not found`,
});

const pullForbidden = (image: string): PullResult => ({
  failure: `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${image}: pulling from host ${image.split('/')[0]} failed with status code [manifests ${image.split(/[:@]/).at(-1)}]: 403 Forbidden`,
});

/** ECS resolves a tag once. The digest that a revision's first task pulls applies to all tasks of the revision (botocore ecs `versionConsistency`). */
const resolveImageDigest = (task: EcsTask, { name, image }: ContainerDefinition): string => {
  const digest = task.digests.get(name);
  return digest === undefined ? image : `${image.replace(/@.*$/, '').replace(/:[^:/]*$/, '')}@${digest}`;
};

/** Pulls a container's image with the task's own permissions. An image outside ECR always exists and is healthy. */
export async function pullImage(ecs: Ecs, task: EcsTask, container: ContainerDefinition): Promise<PullResult> {
  const image = resolveImageDigest(task, container);
  const reference = parseEcrImage(image);
  if (reference === undefined || !ecs.cloud.services.has('ecr')) return { behavior: healthyBehavior };
  const failure = await checkRegistryAuth(ecs, task, reference.region);
  if (failure !== undefined) return { failure };
  try {
    return (await fetchImage(ecs, task, reference)) ?? imageNotFound(image);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return error.name === 'RepositoryNotFoundException' ? imageNotFound(image) : pullForbidden(image);
  }
}
