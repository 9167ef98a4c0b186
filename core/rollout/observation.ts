import type { ContainerImage } from '../model/release.ts';
import type { Rollout } from '../model/state-data.ts';
import type { WakeSubscription } from '../waiting/subscription.ts';
import { isRollout } from './deployment-identity.ts';
import type { StoppedTask } from './observed-task.ts';

/** One entry of `service.deployments` (botocore ecs `Deployment`); `PRIMARY` is the newest. */
export interface Deployment {
  id: string;
  status: string;
  taskDefinition: string;
  createdAt: Date;
  desired: number;
  running: number;
  pending: number;
  /** Consecutive failures; back to zero as soon as one task runs. */
  failed: number;
  rolloutState?: string | undefined;
  rolloutStateReason?: string | undefined;
}

/** The service as DescribeServices shows it; `MISSING` where it does not. */
export interface ObservedService {
  status: string;
  taskDefinition: string;
  desired: number;
  running: number;
  pending: number;
  deployments: Deployment[];
  events: { at: Date; message: string }[];
  circuitBreaker: CircuitBreaker;
  alarms: { enable: boolean; rollback: boolean };
  /** Only its history says when a deployment is over: it may succeed while old tasks run, shifts traffic, or waits for hooks. */
  historyDecides: boolean;
  /** Containers that receive requests of a load balancer. */
  loadBalanced: string[];
  /** A deployment shifts traffic or has hooks: nothing in the service itself says that it is over (`rolloutState` is documented for rolling updates only). */
  shiftsTraffic: boolean;
}

/** The service's circuit breaker (botocore ecs `DeploymentCircuitBreaker`). */
export interface CircuitBreaker {
  enable: boolean;
  rollback: boolean;
  /** Whether a healthy task sets the count of failures back to zero; ECS's default is that it does. */
  resetOnHealthyTask?: boolean | undefined;
  threshold?: { type: string; value: number } | undefined;
}

/** Our deployment in ECS's own history (botocore ecs `ServiceDeployment`), pinned by the revision that it aims at. */
export interface ServiceDeployment {
  arn: string;
  status: string;
  statusReason?: string | undefined;
  finishedAt?: Date | undefined;
  lifecycleStage?: string | undefined;
  /** Lifecycle hooks in AWAITING_ACTION: they wait for a person. */
  hooksAwaitingAction: string[];
  rollbackReason?: string | undefined;
  circuitBreaker?: { status?: string | undefined; failureCount: number; threshold: number } | undefined;
  alarms?: { status?: string | undefined; triggered: string[] } | undefined;
}

/** A CloudWatch alarm, with CloudWatch's own words. */
export interface TriggeredAlarm {
  name: string;
  reason?: string | undefined;
}

/** All that one look at a rollout gathers; the verdict follows from this alone. */
export interface RolloutObservation {
  now: Date;
  deadline: Date;
  rollBackOnFailure: boolean;
  images: ContainerImage[];
  /** The deployment to judge: ours, or with `followed` the newer one of somebody else that carries our images. */
  rollout: Rollout;
  followed: boolean;
  service: ObservedService;
  serviceDeployment?: ServiceDeployment | undefined;
  /** The containers of the newest deployment's revision, asked for only when that is not ours; undefined also where it could not be read. */
  newestImages?: { name: string; image: string }[] | undefined;
  stoppedTasks: StoppedTask[];
  /** Alarms that ECS says have stopped the deployment. */
  alarms: TriggeredAlarm[];
  /** Alarms that Gantry watches and that are in ALARM now. */
  fired: TriggeredAlarm[];
  /** How long a stable rollout is still watched for, and since when this one is seen stable. */
  bakeMinutes: number;
  stableAt?: Date | undefined;
  /** How many tasks were wanted then. */
  desiredAtStable?: number | undefined;
  /** When ECS's history was last read, by this check or an earlier one. */
  historyReadAt?: Date | undefined;
  /** The role is not allowed to read ECS's history. */
  historyDenied?: boolean | undefined;
  /** Where to listen until the next look; absent where nobody tells us anything. */
  ear?: WakeSubscription | undefined;
  /** The end of the log of the container that failed last; asked for only to explain a failure. */
  log?: LogTail | undefined;
}

/** The last lines of a container's log, the newest last. */
export interface LogTail {
  container: string;
  task: string;
  lines: string[];
}

/** The deployment that we judge, while the service still lists it. */
export const findOurDeployment = ({ service, rollout }: RolloutObservation): Deployment | undefined =>
  service.deployments.find((deployment) => isRollout(deployment, rollout));

/** A deployment that began after ours and that ECS works on instead. */
export const findNewerDeployment = ({ service, rollout }: RolloutObservation): Deployment | undefined =>
  service.deployments.find(
    (one) =>
      one.status === 'PRIMARY' && !isRollout(one, rollout) && one.createdAt.getTime() >= Date.parse(rollout.startedAt),
  );

/**
 * Whether tasks of a stable rollout are missing, measured against the smaller of the desired count when it became stable and the desired count
 * now: that autoscaling asks for more or fewer tasks is no fault of the release.
 */
export function lacksTasks(observation: RolloutObservation): boolean {
  const ours = findOurDeployment(observation);
  if (ours === undefined) return false;
  return ours.running < Math.min(observation.desiredAtStable ?? ours.desired, ours.desired);
}
