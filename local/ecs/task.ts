import type { EcsDeployment, EcsService } from './state.ts';
import type { EcsTaskDefinition } from './task-definition.ts';

export interface TaskContainer {
  name: string;
  image: string;
  imageDigest?: string;
  runtimeId: string;
  lastStatus: string;
  exitCode?: number;
  reason?: string;
}

export interface EcsTask {
  arn: string;
  id: string;
  service: EcsService;
  deployment: EcsDeployment;
  startedBy: string;
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
  cancel?: () => void;
}
