import type { Cloud } from '../cloud.ts';
import type { NativeRollout } from './native-rollout.ts';
import type { MonitorStatus, ServiceDeploymentStatus } from './service-deployment-status.ts';
import type { EcsServiceSettings } from './service-input.ts';
import type { TaskContainer } from './task-container.ts';
import type { EcsTaskDefinition } from './task-definition.ts';
import type { Tag } from './task-definition-input.ts';
import type { TaskLaunch } from './task-launch.ts';

export interface Cluster {
  arn: string;
  name: string;
  account: string;
  region: string;
  tags: Tag[];
  services: Map<string, EcsService>;
  /** The tasks of RunTask that have not stopped, and those that have. */
  tasks: Set<EcsTask>;
  stoppedTasks: EcsTask[];
  /** Why no task can be placed (`RESOURCE:MEMORY`); undefined if there is capacity. */
  placementFailure?: string | undefined;
}

/** What a deployment runs: the task definition with the settings of that time. Images are resolved once, on the first pull. */
export interface ServiceRevision {
  arn: string;
  definition: EcsTaskDefinition;
  settings: EcsServiceSettings;
  createdAt: Date;
  digests: Map<string, string>;
}

/** A service deployment from one revision to another, with its rollback if there was one. */
export interface EcsServiceDeployment {
  arn: string;
  service: EcsService;
  sources: { revision: ServiceRevision; requested: number }[];
  target: ServiceRevision;
  status: ServiceDeploymentStatus;
  statusReason?: string;
  createdAt: Date;
  startedAt?: Date;
  finishedAt?: Date;
  stoppedAt?: Date;
  updatedAt: Date;
  rollback?: { reason: string; startedAt: Date; revision: ServiceRevision };
  circuitBreaker: { status: MonitorStatus; failureCount: number; threshold: number };
  alarms: { status: MonitorStatus; names: string[]; triggered: string[] };
  native?: NativeRollout;
}

/** One entry of `service.deployments`. */
export interface EcsDeployment {
  id: string;
  status: 'PRIMARY' | 'ACTIVE';
  revision: ServiceRevision;
  serviceDeployment: EcsServiceDeployment;
  desiredCount: number;
  failedTasks: number;
  /** Consecutive failed starts; they delay the next start. */
  failedStarts: number;
  /** Whether failed tasks are no longer counted, because one of the deployment's tasks has been healthy. */
  countStopped: boolean;
  /** How many tasks the deployment has launched. */
  launchedTasks?: number;
  /** Earliest time of the next task start, in milliseconds of simulated time. */
  notBefore: number;
  rolloutState: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';
  rolloutStateReason: string;
  /** Simulated ms. Since then, all its tasks are healthy and no other deployment remains, or enough tasks are healthy for an early success. */
  steadySince?: number;
  /** True when enough tasks are healthy for an early success and the alarms were monitored. The tasks of earlier deployments can then stop. */
  earlySuccess?: boolean;
  createdAt: Date;
  updatedAt: Date;
}

export interface EcsService {
  arn: string;
  name: string;
  cluster: Cluster;
  status: 'ACTIVE' | 'DRAINING' | 'INACTIVE';
  settings: EcsServiceSettings;
  desiredCount: number;
  createdAt: Date;
  createdBy: string;
  tags: Tag[];
  /** Newest first; the first is PRIMARY. */
  deployments: EcsDeployment[];
  /** Newest first. */
  serviceDeployments: EcsServiceDeployment[];
  /** The history lists no deployment that began before this time (simulated milliseconds). */
  historySince?: number;
  lastCompleted?: { deploymentId: string; revision: ServiceRevision };
  /** Tasks that have not stopped. */
  tasks: Set<EcsTask>;
  stoppedTasks: EcsTask[];
  events: { id: string; createdAt: Date; message: string }[];
  /** Whether the newest service event is "has reached a steady state". */
  steadyStateAnnounced: boolean;
  nextSchedulerRun?: { at: number; cancel: () => void };
}

export interface EcsTask {
  arn: string;
  id: string;
  cluster: Cluster;
  /** The service and the deployment that started it; undefined for a task of RunTask. */
  service: EcsService | undefined;
  deployment: EcsDeployment | undefined;
  startedBy: string | undefined;
  launch: TaskLaunch;
  /** The digests of its images, by container. The tasks of a service revision share them. */
  digests: Map<string, string>;
  /** Its number among its deployment's tasks, counted from 1. */
  nth: number;
  definition: EcsTaskDefinition;
  lastStatus: string;
  desiredStatus: 'RUNNING' | 'STOPPED';
  healthStatus: 'HEALTHY' | 'UNHEALTHY' | 'UNKNOWN';
  /** Whether the task is running and passes every health check that covers it. */
  healthy: boolean;
  version: number;
  containers: TaskContainer[];
  createdAt: Date;
  pullStartedAt?: Date;
  pullStoppedAt?: Date;
  startedAt?: Date;
  stoppingAt?: Date;
  executionStoppedAt?: Date;
  stoppedAt?: Date;
  stopCode?: string;
  stoppedReason?: string;
  hostLost?: boolean;
  /** Hidden from every list: the task is not launched yet, or never was. */
  unlisted?: boolean;
  /** Cancels the task's next scheduled step. */
  cancelNextStep?: () => void;
}

/** The state of the embedded ECS for all accounts and Regions. Keys are ARNs; a family's key is its ARN without the revision. */
export interface Ecs {
  cloud: Cloud;
  clusters: Map<string, Cluster>;
  families: Map<string, EcsTaskDefinition[]>;
  serviceDeployments: Map<string, EcsServiceDeployment>;
  serviceRevisions: Map<string, { revision: ServiceRevision; service: EcsService }>;
  /** Runs the scheduler for one service. */
  runScheduler(service: EcsService): void;
}
