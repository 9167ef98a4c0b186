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
export interface Image {
  name: string;
  imageUri: string;
  pinned: string;
}

/** An object in the artifact bucket, at one version, so that a second read gives the same bytes. */
export interface ArtifactLocation {
  bucket: string;
  key: string;
  versionId?: string | undefined;
}

/** What the new revision builds on. `service`: the revision that the service runs. `latest`: the family's newest. `file`: a task definition in the artifact. */
export type Base = { from: 'service' } | { from: 'latest' } | { from: 'file'; path: string };

/** `$.release`, by Read Images: everything that was asked for, understood and checked. */
export interface Release {
  target: Target;
  images: Image[];
  base: Base;
  artifact?: ArtifactLocation | undefined;
  /** Re-deploy even where the revision that runs is the one asked for. */
  force: boolean;
  rollBackOnFailure: boolean;
  /** When we give up, whatever ECS says: a custom action cannot be given a time-out shorter than 24 h. */
  deadline: string;
  warnings: string[];
}

/** `$.plan`, by Check Target: the world as it was before anything was touched. */
export interface Plan {
  /** The revision and the deployment (`ecs-svc/…`) that the service runs now. */
  before: { taskDefinition: string; deploymentId: string };
  /** The revision to copy; absent where the base is a file of the artifact. */
  baseTaskDefinition?: string | undefined;
  /** The images are the ones that run, the service is steady on them and nobody asked for a re-deploy. */
  unchanged: boolean;
  warnings: string[];
}

/** `$.revision`, by Register Revision. */
export interface Revision {
  taskDefinition: string;
  /** No new revision was needed: it is the one that the service runs already. */
  same: boolean;
}

/** `$.rollout`, by Update Service: our own deployment, by its id in `service.deployments` and its start. */
export interface Rollout {
  deploymentId: string;
  taskDefinition: string;
  startedAt: string;
}

/** Where the service stood at the last look; for people. */
export interface Standing {
  taskDefinition: string;
  desired: number;
  running: number;
  pending: number;
}

/** `$.verdict`, by Watch Rollout: what ECS has made of our deployment so far, and for how long to look away. */
export type Verdict =
  | { outcome: 'going on'; waitSeconds: number; standing: Standing; serviceDeploymentArn?: string | undefined }
  | { outcome: 'stable' | 'unchanged'; standing: Standing; serviceDeploymentArn?: string | undefined }
  | { outcome: 'superseded'; reason: string; standing: Standing; by: { deploymentId: string; taskDefinition: string } }
  | {
      outcome: 'failed';
      reason: string;
      standing: Standing;
      /** Who puts the old revision back: ECS already does, we must, or nobody (`rollBackOnFailure` is false or it is back already). */
      rollBack: 'ecs' | 'gantry' | 'none';
      serviceDeploymentArn?: string | undefined;
    };
