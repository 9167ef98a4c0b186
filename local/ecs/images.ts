import { z } from 'zod';
import { AwsError } from '../aws-error.ts';
import type { Caller } from '../service.ts';
import { type Behavior, behaviorAnnotation, behaviorOf, healthy } from './behavior.ts';
import { ecsItself } from './service-linked-role.ts';
import type { Ecs } from './state.ts';
import type { Task } from './task.ts';
import type { ContainerDefinition } from './task-definition-input.ts';

/** An image that was pulled, or in AWS's words why it could not be. */
export type Pulled = { digest?: string; behavior: Behavior } | { failure: string };

const ecrImage = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com\/([^:@]+)(?::([^@]+))?(?:@(sha256:[0-9a-f]{64}))?$/;

interface Reference {
  region: string;
  registryId: string;
  repositoryName: string;
  imageId: { imageTag: string } | { imageDigest: string };
}

const referenceOf = (image: string): Reference | undefined => {
  const [, registryId, region, repositoryName, imageTag = 'latest', imageDigest] = ecrImage.exec(image) ?? [];
  if (registryId === undefined || region === undefined || repositoryName === undefined) return undefined;
  return { region, registryId, repositoryName, imageId: imageDigest === undefined ? { imageTag } : { imageDigest } };
};

const got = z.object({
  images: z.array(z.object({ imageId: z.object({ imageDigest: z.string() }), imageManifest: z.string() })),
});
const layered = z.looseObject({ layers: z.array(z.looseObject({ digest: z.string() })).optional() });

/** The task's execution role; a task without one pulls as ECS itself. */
const puller = (ecs: Ecs, { definition, id, service }: Task): Caller =>
  definition.executionRoleArn === undefined
    ? ecsItself(ecs.cloud.iam, service.cluster.account)
    : ecs.cloud.iam.session(definition.executionRoleArn, id);

const roleMissing = (role: string): string =>
  `ECS was unable to assume the role '${role}' that was provided for this task. Please verify that the role being passed ` +
  'has the proper trust relationship and permissions and that your IAM user has permissions to pass this role.';

async function authorizationFailure(ecs: Ecs, task: Task, region: string): Promise<string | undefined> {
  const role = task.definition.executionRoleArn;
  if (role !== undefined && !ecs.cloud.iam.roles.has(role)) return roleMissing(role);
  try {
    await ecs.cloud.invoke('ecr', 'GetAuthorizationToken', {}, { caller: puller(ecs, task), region });
    return undefined;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return (
      'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: ' +
      `unable to retrieve ecr registry auth: service call has been retried 3 time(s): ${error.name}: ${error.message}`
    );
  }
}

/** The manifest, and the right to its first layer: an image cannot be run with the one and without the other. */
async function fetchImage(
  ecs: Ecs,
  task: Task,
  { region, imageId, ...repository }: Reference,
): Promise<Pulled | undefined> {
  const as = { caller: puller(ecs, task), region };
  const { images } = got.parse(
    await ecs.cloud.invoke('ecr', 'BatchGetImage', { ...repository, imageIds: [imageId] }, as),
  );
  const [image] = images;
  if (image === undefined) return undefined;
  const layer = layered.parse(JSON.parse(image.imageManifest)).layers?.[0];
  if (layer !== undefined)
    await ecs.cloud.invoke('ecr', 'GetDownloadUrlForLayer', { ...repository, layerDigest: layer.digest }, as);
  return understood(image.imageManifest, image.imageId.imageDigest);
}

/** An annotation that nobody understands is told where its author looks first: at the task that did not start. */
const understood = (imageManifest: string, digest: string): Pulled => {
  try {
    return { digest, behavior: behaviorOf(imageManifest) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { failure: `CannotStartContainerError: the image's ${behaviorAnnotation} is not understood: ${why}` };
  }
};

const missing = (image: string): Pulled => ({
  failure: `CannotPullContainerError: pull image manifest has been retried 7 time(s): failed to resolve ref ${image}: ${image}: not found`,
});

const refused = (image: string): Pulled => ({
  failure: `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${image}: pulling from host ${image.split('/')[0]} failed with status code [manifests ${image.split(/[:@]/).at(-1)}]: 403 Forbidden`,
});

/** The tag counts once: what it meant for a revision's first task, it means for all of them (botocore ecs `versionConsistency`). */
const settledImage = (task: Task, { name, image }: ContainerDefinition): string => {
  const digest = task.deployment.revision.digests.get(name);
  return digest === undefined ? image : `${image.replace(/@.*$/, '').replace(/:[^:/]*$/, '')}@${digest}`;
};

/** Pulls a container's image with the task's own rights. An image outside ECR is there and healthy. */
export async function pullImage(ecs: Ecs, task: Task, container: ContainerDefinition): Promise<Pulled> {
  const image = settledImage(task, container);
  const reference = referenceOf(image);
  if (reference === undefined || !ecs.cloud.services.has('ecr')) return { behavior: healthy };
  const failure = await authorizationFailure(ecs, task, reference.region);
  if (failure !== undefined) return { failure };
  try {
    return (await fetchImage(ecs, task, reference)) ?? missing(image);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return error.name === 'RepositoryNotFoundException' ? missing(image) : refused(image);
  }
}
