/** An execution of Gantry whose deployment replaced another one. */
export interface Superseder {
  /** The ARN. */
  execution: string;
  kind: 'deploy' | 'rollback';
  /** Present if the execution belongs to another installation of Gantry. */
  isElsewhere?: true | undefined;
}

/** The deployment that took over, and the execution of Gantry that started it (its ARN), if one did. */
export interface SupersedingDeployment {
  deploymentId: string;
  taskDefinition: string;
  execution?: string | undefined;
}

/** The field of a rollback's result that names the newer deployment, if one took over and ended the rollback. */
export interface OptionalSupersededBy {
  supersededBy?: SupersedingDeployment | undefined;
}

/**
 * The containers of the newest deployment's revision, and the execution that registered the revision (from its tag) with the time. Undefined if the
 * deployment is ours, or if these facts could not be read.
 */
export interface NewestRevision {
  newestImages?: { name: string; image: string }[] | undefined;
  newestRegisteredBy?: string | undefined;
  newestRegisteredAt?: Date | undefined;
}
