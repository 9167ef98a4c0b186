/** An execution of Gantry whose deployment replaced another one. */
export interface Superseder {
  /** The ARN. */
  execution: string;
  kind: 'deploy' | 'rollback';
  /** It belongs to another installation of Gantry. */
  isElsewhere?: true | undefined;
}

/** The deployment that took over, and the execution of Gantry that started it (its ARN), if one did. */
export interface SupersedingDeployment {
  deploymentId: string;
  taskDefinition: string;
  execution?: string | undefined;
}

/** Present if a rollback ended because a newer deployment took over. */
export interface OptionalSupersededBy {
  supersededBy?: SupersedingDeployment | undefined;
}

/**
 * The containers of the newest deployment's revision, the execution that registered it, by its tag, and when. Undefined if the deployment is ours, or if
 * they could not be read.
 */
export interface NewestRevision {
  newestImages?: { name: string; image: string }[] | undefined;
  newestRegisteredBy?: string | undefined;
  newestRegisteredAt?: Date | undefined;
}
