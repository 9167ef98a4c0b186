/** The task counts of one deployment of the service. All tasks of a deployment have the same revision. */
export interface DeploymentTaskCounts {
  taskDefinition: string;
  desired: number;
  running: number;
  pending: number;
}

/** The service's state at the last check, for people. The service's own counts include the tasks of every revision. */
export interface ServiceStatus extends DeploymentTaskCounts {
  /** PRIMARY first. Absent in the data of an execution that began before this field existed. */
  deployments?: DeploymentTaskCounts[] | undefined;
}
