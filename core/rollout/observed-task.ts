/** A container of a stopped task. */
export interface StoppedContainer {
  name: string;
  exitCode?: number | undefined;
  reason?: string | undefined;
  /** Whether its own health check failed. */
  unhealthy?: boolean | undefined;
  /** Whether the service's load balancer sends requests to it. */
  loadBalanced?: boolean | undefined;
  /** As the task definition says; undefined if that was not read. */
  essential?: boolean | undefined;
}

/** A task of our deployment that has stopped; ECS shows it for at least an hour. */
export interface StoppedTask {
  arn: string;
  stopCode?: string | undefined;
  stoppedReason?: string | undefined;
  createdAt?: Date | undefined;
  startedAt?: Date | undefined;
  /** When ECS began to stop it. */
  stoppingAt?: Date | undefined;
  stoppedAt?: Date | undefined;
  containers: StoppedContainer[];
}
