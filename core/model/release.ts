import type { ReleaseTasks } from './release-task.ts';

/**
 * The data that the states of `deploy` pass on. Each state adds one field at its own ResultPath and changes no other field. So an execution's output lists
 * the results of all states in order. Times are ISO 8601 texts, in UTC.
 */

/** The service that a release goes to, and the role that is allowed to change it. `name` is the configured name, e.g. `test/web`. */
export interface Target {
  name?: string | undefined;
  roleArn: string;
  externalId?: string | undefined;
  region: string;
  cluster: string;
  service: string;
}

/**
 * One container's image: `imageUri` is the requested image, `pinned` is the image to register (`repository@sha256:…` for ECR, otherwise the same as
 * `imageUri`).
 */
export interface ContainerImage {
  name: string;
  imageUri: string;
  pinned: string;
  /** The platforms of an image index, such as `linux/arm64`; absent if ECR does not report them. */
  platforms?: string[] | undefined;
}

/** One version of an object in the artifact bucket, so that every read returns the same bytes. */
export interface ArtifactLocation {
  bucket: string;
  key: string;
  versionId?: string | undefined;
}

/** An input artifact of an action: an object, and the name that the pipeline gives it. An artifact of a manual start has no name. */
export interface InputArtifact extends ArtifactLocation {
  name?: string | undefined;
  /** The SHA-256 of the bytes that Read Images read, in hexadecimal digits. A later read must return the same bytes. */
  sha256?: string | undefined;
}

/**
 * A task definition file in an artifact. Read Images adds the artifact that contains the file. It also adds the pinned images that the file itself names,
 * such as those of sidecars.
 */
export interface TaskDefinitionFile {
  from: 'file';
  path: string;
  artifact?: InputArtifact | undefined;
  images?: ContainerImage[] | undefined;
}

/**
 * The task definition that a release starts from. `service`: the revision that the service runs. `latest`: the family's newest revision.
 * `file`: a task definition in the artifact. `revision`: the named revision (`web:12`), unchanged.
 */
export type TaskDefinitionBase =
  | { from: 'service' }
  | { from: 'latest' }
  | TaskDefinitionFile
  | { from: 'revision'; taskDefinition: string };

/** `$.release`, by Read Images: the whole request, parsed and validated. */
export interface Release {
  target: Target;
  images: ContainerImage[];
  base: TaskDefinitionBase;
  /** The artifact that the images were read from. */
  artifact?: InputArtifact | undefined;
  /** Redeploy even if the service already runs the requested revision. */
  force: boolean;
  rollBackOnFailure: boolean;
  /**
   * The time (ISO 8601, UTC) at which a rollout that is not stable has failed, even if ECS still continues. CodePipeline cannot enforce this deadline,
   * because a custom action's time-out is at least 24 h.
   */
  deadline: string;
  /** How long Gantry watches a stable rollout before the release succeeds. */
  bakeMinutes: number;
  /** True if ECS's events wake the execution; otherwise it polls. */
  woken: boolean;
  /** The person who requested the release, and the reason; absent if no person did. */
  by?: string | undefined;
  reason?: string | undefined;
  /** The tasks that belong to the release; absent if it runs none. */
  tasks?: ReleaseTasks | undefined;
  /** The names of the pre-deploy tasks that a person skips. */
  skippedTasks?: string[] | undefined;
  warnings: string[];
}

/** Returns all images that a release deploys: the requested images, and the images that it pins in a task definition file or in the named revision. */
export const listDeployedImages = (
  { images, base }: Pick<Release, 'images' | 'base'>,
  plan?: { images?: ContainerImage[] | undefined },
): ContainerImage[] => [...images, ...(base.from === 'file' ? (base.images ?? []) : []), ...(plan?.images ?? [])];
