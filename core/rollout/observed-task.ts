/** A container of a stopped task. */
export interface StoppedContainer {
  name: string;
  exitCode?: number | undefined;
  reason?: string | undefined;
  /** Its own health check failed. */
  unhealthy?: boolean | undefined;
  /** The service's load balancer sends requests to it. */
  loadBalanced?: boolean | undefined;
  /** By its task definition; undefined where that was not read. */
  essential?: boolean | undefined;
}

/** A task of our deployment that is gone; ECS shows it for at least an hour. */
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
