import type { LogTail } from '../model/log-tail.ts';
import type { ContainerImage } from '../model/release.ts';
import type { LifecycleHook, StageProgress } from '../model/stage-progress.ts';
import type { Rollout } from '../model/state-data.ts';
import type { NewestRevision, Superseder } from '../model/superseder.ts';
import type { DeploymentSettings } from '../service/strategy-warnings.ts';
import type { WakeSubscription } from '../waiting/subscription.ts';
import { isDeploymentOfRollout } from './deployment-identity.ts';
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
  /** Consecutive failures; zero again as soon as one task runs. */
  failed: number;
  rolloutState?: string | undefined;
  rolloutStateReason?: string | undefined;
}

/** The service as DescribeServices shows it; `MISSING` if the service does not exist. */
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
  /** Whether only the history shows the end of a deployment. This is so if a deployment can succeed while old tasks run, shifts traffic, or waits for hooks. */
  historyDecides: boolean;
  /** Containers that receive requests of a load balancer. */
  loadBalanced: string[];
  /**
   * True if the deployment shifts traffic or has hooks. In that case DescribeServices does not show the deployment's end (`rolloutState` is documented for
   * rolling updates only).
   */
  shiftsTraffic: boolean;
}

/** The service's circuit breaker (botocore ecs `DeploymentCircuitBreaker`). */
export interface CircuitBreaker {
  enable: boolean;
  rollback: boolean;
  /** Whether a healthy task resets the count of failures to zero, which is ECS's default. */
  resetOnHealthyTask?: boolean | undefined;
  threshold?: { type: string; value: number } | undefined;
}

/** Our deployment in ECS's own history (botocore ecs `ServiceDeployment`), identified by its target revision. */
export interface ServiceDeployment {
  arn: string;
  /** The ARN of the revision that it deploys. */
  revisionArn?: string | undefined;
  status: string;
  statusReason?: string | undefined;
  finishedAt?: Date | undefined;
  lifecycleStage?: string | undefined;
  /** The lifecycle hooks that ECS lists. ECS may omit completed hooks. */
  hooks: LifecycleHook[];
  strategy?: DeploymentSettings | undefined;
  /** The percentage of the traffic that the new revision gets, and of the production traffic that the old ones still get. */
  production?: number | undefined;
  test?: number | undefined;
  oldProduction?: number | undefined;
  rollbackReason?: string | undefined;
  circuitBreaker?: { status?: string | undefined; failureCount: number; threshold: number } | undefined;
  alarms?: { status?: string | undefined; triggered: string[] } | undefined;
}

/** A CloudWatch alarm, with CloudWatch's own reason. */
export interface TriggeredAlarm {
  name: string;
  reason?: string | undefined;
}

/** All data that one check of a rollout reads. The verdict depends on nothing else. */
export interface RolloutObservation extends NewestRevision {
  now: Date;
  deadline: Date;
  rollBackOnFailure: boolean;
  images: ContainerImage[];
  /** The deployment to judge: ours or, with `followed`, somebody else's newer deployment with our images. */
  rollout: Rollout;
  followed: boolean;
  service: ObservedService;
  serviceDeployment?: ServiceDeployment | undefined;
  /** The other execution of Gantry that started the newest deployment; undefined if somebody else did, `unknown` if the ledger did not answer. */
  superseder?: Superseder | 'unknown' | undefined;
  stoppedTasks: StoppedTask[];
  /** Alarms that, according to ECS, have stopped the deployment, and alarms that Gantry watches and that are in ALARM now. */
  alarms: TriggeredAlarm[];
  fired: TriggeredAlarm[];
  /** The bake time, and the time since which this rollout is known to be stable. */
  bakeMinutes: number;
  stableAt?: Date | undefined;
  /** The desired number of tasks at the time `stableAt`. */
  desiredAtStable?: number | undefined;
  /** When ECS's history was last read, by this check or an earlier one. */
  historyReadAt?: Date | undefined;
  /** When a check last found that a lifecycle hook waits for a person. */
  pausedAt?: Date | undefined;
  /** When the execution began, and whether a job still waits for its result or already has it. Without `job`, a person started the execution. */
  executionStart?: Date | undefined;
  job?: 'waits' | 'has a result' | undefined;
  /** The progress of a deployment that shifts traffic. */
  progress?: StageProgress | undefined;
  /** Whether the role is not allowed to read ECS's history. */
  historyDenied?: boolean | undefined;
  /** The subscription that can wake the execution before the next check; absent if no events are forwarded. */
  subscription?: WakeSubscription | undefined;
  /** The end of the log of the container that failed last; read only to explain a failure. */
  log?: LogTail | undefined;
}

/** The deployment that is judged, while the service still lists it. */
export const findOurDeployment = ({ service, rollout }: RolloutObservation): Deployment | undefined =>
  service.deployments.find((deployment) => isDeploymentOfRollout(deployment, rollout));

/** Returns a deployment that began after ours and that ECS rolls out instead. */
export const findNewerDeployment = ({ service, rollout }: RolloutObservation): Deployment | undefined =>
  service.deployments.find(
    (one) =>
      one.status === 'PRIMARY' &&
      !isDeploymentOfRollout(one, rollout) &&
      one.createdAt.getTime() >= Date.parse(rollout.startedAt),
  );

/**
 * Returns how many tasks a stable rollout must keep running: the smaller of the desired count when it became stable and the desired count now, because
 * a change of the desired count by autoscaling is not the release's fault. 0 if ECS no longer lists our deployment.
 */
export function countTasksToKeep(observation: RolloutObservation): number {
  const desired = findOurDeployment(observation)?.desired ?? 0;
  return Math.min(observation.desiredAtStable ?? desired, desired);
}

/** Whether tasks of a stable rollout are missing. */
export const lacksTasks = (observation: RolloutObservation): boolean =>
  (findOurDeployment(observation)?.running ?? 0) < countTasksToKeep(observation);
