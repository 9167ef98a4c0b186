/**
 * What the states of `deploy` hand to each other. Each state adds one field at its own ResultPath and changes no other,
 * so an execution's output reads from top to bottom as the story of the release. Times are ISO 8601 texts, in UTC.
 */

/** Where a release goes: one service, and the role that may touch it. `name` is the configured name, e.g. `test/web`. */
export interface Target {
  name?: string | undefined;
  roleArn: string;
  externalId?: string | undefined;
  region: string;
  cluster: string;
  service: string;
}

/** One container's image: `imageUri` is what was asked for, `pinned` what will be registered (`repository@sha256:…` for ECR, else as asked). */
export interface ContainerImage {
  name: string;
  imageUri: string;
  pinned: string;
  /** What an image index has, as `linux/arm64`; absent if ECR does not say. */
  platforms?: string[] | undefined;
}

/** An object in the artifact bucket, at one version, so that a second read gives the same bytes. */
export interface ArtifactLocation {
  bucket: string;
  key: string;
  versionId?: string | undefined;
}

/** An input artifact of an action: an object, and the name that the pipeline gives it. A manual start gives it no name. */
export interface InputArtifact extends ArtifactLocation {
  name?: string | undefined;
}

/** A task definition in an artifact; which artifact, Read Images adds. */
export interface TaskDefinitionFile {
  from: 'file';
  path: string;
  artifact?: InputArtifact | undefined;
}

/** What is deployed or built on. `service`: the revision that the service runs. `latest`: the family's newest. `file`: a task definition in an artifact. `revision`: this one (`web:12`), as it is. */
export type TaskDefinitionBase =
  | { from: 'service' }
  | { from: 'latest' }
  | TaskDefinitionFile
  | { from: 'revision'; taskDefinition: string };

/** `$.release`, by Read Images: everything that was asked for, understood and checked. */
export interface Release {
  target: Target;
  images: ContainerImage[];
  base: TaskDefinitionBase;
  /** The artifact that the images were read from. */
  artifact?: InputArtifact | undefined;
  /** Re-deploy even where the revision that runs is the one asked for. */
  force: boolean;
  rollBackOnFailure: boolean;
  /** When we give up on a rollout that is not stable, whatever ECS says: a custom action cannot be given a time-out shorter than 24 h. */
  deadline: string;
  /** For so long a stable rollout is still watched before it counts as good. */
  bakeMinutes: number;
  /** ECS's events tell us when to look; otherwise we poll. */
  woken: boolean;
  /** Who asked, and why, where a person did. */
  by?: string | undefined;
  reason?: string | undefined;
  warnings: string[];
}
