import type { Deployment, EcsService } from './state.ts';
import type { TaskDefinition } from './task-definition.ts';

export interface Container {
  name: string;
  image: string;
  imageDigest?: string;
  runtimeId: string;
  lastStatus: string;
  exitCode?: number;
  reason?: string;
}

export interface Task {
  arn: string;
  id: string;
  service: EcsService;
  deployment: Deployment;
  startedBy: string;
  definition: TaskDefinition;
  lastStatus: string;
  desiredStatus: 'RUNNING' | 'STOPPED';
  healthStatus: 'HEALTHY' | 'UNHEALTHY' | 'UNKNOWN';
  /** It runs, and every check that looks at it is content. */
  healthy: boolean;
  version: number;
  containers: Container[];
  createdAt: Date;
  pullStartedAt?: Date;
  pullStoppedAt?: Date;
  startedAt?: Date;
  stoppingAt?: Date;
  executionStoppedAt?: Date;
  stoppedAt?: Date;
  stopCode?: string;
  stoppedReason?: string;
  /** Cancels what would happen next to the task. */
  cancel?: () => void;
}
