import type { Cloud } from '../cloud.ts';
import type { ServiceSettings } from './service-input.ts';
import type { TaskContainer } from './task-container.ts';
import type { EcsTaskDefinition } from './task-definition.ts';
import type { Tag } from './task-definition-input.ts';

export interface Cluster {
  arn: string;
  name: string;
  account: string;
  region: string;
  tags: Tag[];
  services: Map<string, EcsService>;
}

/** What a deployment brings: the task definition and the settings of that time. Images are resolved once, on the first pull. */
export interface ServiceRevision {
  arn: string;
  definition: EcsTaskDefinition;
  settings: ServiceSettings;
  createdAt: Date;
  digests: Map<string, string>;
}

export type MonitorStatus = 'MONITORING' | 'MONITORING_COMPLETE' | 'TRIGGERED' | 'DISABLED';

export type ServiceDeploymentStatus =
  | 'PENDING'
  | 'SUCCESSFUL'
  | 'STOPPED'
  | 'STOP_REQUESTED'
  | 'IN_PROGRESS'
  | 'ROLLBACK_REQUESTED'
  | 'ROLLBACK_IN_PROGRESS'
  | 'ROLLBACK_SUCCESSFUL'
  | 'ROLLBACK_FAILED';

/** A service deployment: from one revision to another, with its way back if it had to go there. */
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
}

/** One entry of `service.deployments`; a service deployment that rolls back has two of them. */
export interface EcsDeployment {
  id: string;
  status: 'PRIMARY' | 'ACTIVE';
  revision: ServiceRevision;
  serviceDeployment: EcsServiceDeployment;
  desiredCount: number;
  failedTasks: number;
  /** Starts that failed in a row; what slows down the next ones. */
  failedStarts: number;
  /** Set by the first task that became healthy: from then on failed starts are not counted any more. */
  healthyOnce: boolean;
  /** How many tasks it has launched. */
  launchedTasks?: number;
  /** Milliseconds of simulated time before which no task may be started again. */
  notBefore: number;
  rolloutState: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';
  rolloutStateReason: string;
  /** Since when it has had all its tasks healthy and no other deployment beside it, or enough for an early success; milliseconds, simulated. */
  steadySince?: number;
  /** It has enough healthy tasks for an early success and its alarms were watched: what ran before it can go. */
  earlySuccess?: boolean;
  createdAt: Date;
  updatedAt: Date;
}

export interface EcsService {
  arn: string;
  name: string;
  cluster: Cluster;
  status: 'ACTIVE' | 'DRAINING' | 'INACTIVE';
  settings: ServiceSettings;
  desiredCount: number;
  createdAt: Date;
  createdBy: string;
  tags: Tag[];
  /** Newest first; the first is PRIMARY. */
  deployments: EcsDeployment[];
  /** Newest first. */
  serviceDeployments: EcsServiceDeployment[];
  lastCompleted?: { deploymentId: string; revision: ServiceRevision };
  /** Tasks that have not stopped yet. */
  tasks: Set<EcsTask>;
  stoppedTasks: EcsTask[];
  events: { id: string; createdAt: Date; message: string }[];
  /** Whether "has reached a steady state" was the last word. */
  steadyStateAnnounced: boolean;
  /** The scheduler's next look at this service. */
  nextSchedulerRun?: { at: number; cancel: () => void };
}

export interface EcsTask {
  arn: string;
  id: string;
  service: EcsService;
  deployment: EcsDeployment;
  startedBy: string;
  /** Its number among its deployment's tasks, counted from 1. */
  nth: number;
  definition: EcsTaskDefinition;
  lastStatus: string;
  desiredStatus: 'RUNNING' | 'STOPPED';
  healthStatus: 'HEALTHY' | 'UNHEALTHY' | 'UNKNOWN';
  /** It runs, and every check that looks at it is content. */
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
  /** No list shows it: it is not launched yet, or never was. */
  unlisted?: boolean;
  /** Cancels what would happen next to the task. */
  cancelNextStep?: () => void;
}

/** Everything that the embedded ECS remembers, of all accounts and Regions. Keys are ARNs; a family's key is its ARN without revision. */
export interface Ecs {
  cloud: Cloud;
  clusters: Map<string, Cluster>;
  families: Map<string, EcsTaskDefinition[]>;
  serviceDeployments: Map<string, EcsServiceDeployment>;
  serviceRevisions: Map<string, { revision: ServiceRevision; service: EcsService }>;
  /** The scheduler's look at one service. */
  runScheduler(service: EcsService): void;
}
