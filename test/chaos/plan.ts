import type { SelectedAnswer } from '../../local/assumptions/answers.ts';
import type { Fault } from '../../local/faults/fault.ts';

/** What an image does when it runs; `missing` was never pushed. */
export type ImageKind =
  | 'healthy'
  | 'slow'
  | 'crash'
  | 'crash later'
  | 'unhealthy'
  | 'out of memory'
  | 'cannot start'
  | 'missing';

export const behaviors: Record<Exclude<ImageKind, 'missing'>, Record<string, unknown>> = {
  healthy: {},
  slow: { startSeconds: 240 },
  crash: { then: 'crash', exitCode: 3 },
  'crash later': { then: 'crash', afterSeconds: 20, exitCode: 1 },
  unhealthy: { then: 'unhealthy' },
  'out of memory': { then: 'out-of-memory', afterSeconds: 3 },
  'cannot start': { then: 'cannot-start' },
};

export interface ServicePlan {
  breaker: 'none' | 'stops' | 'rolls back';
  desired: number;
  /** Fields of the task definition that no SDK knows. */
  unknown: boolean;
}

export interface DeploymentPlan {
  /** Which of the three services. */
  service: number;
  by: 'hand' | 'job';
  container: 'app' | 'proxy';
  image: ImageKind;
  /** Seconds after the start of the run. */
  after: number;
  timeoutMinutes: number;
  rollBack: boolean;
}

/** One run: the world, what is deployed in it and what goes wrong. */
export interface ChaosPlan {
  services: ServicePlan[];
  deployments: DeploymentPlan[];
  faults: Fault[];
  /** How AWS behaves where no document says it, if not by the default answers. */
  answers?: SelectedAnswer[];
  /** Whether nobody forwards events of the targets, whose rollouts are then polled. */
  polling?: boolean;
}

/** The name by which a deployment is known in everything that it does. */
export const deploymentLabel = (index: number): string => `release-${index}`;
