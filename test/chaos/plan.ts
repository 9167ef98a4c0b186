import type { SelectedAnswer } from '../../local/assumptions/answers.ts';
import type { Fault } from '../../local/faults/fault.ts';

/** The behaviour of an image; `missing` was never pushed. */
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
  /** The task definition has fields that no SDK knows. */
  unknown: boolean;
}

export interface DeploymentPlan {
  /** The index of one of the three services. */
  service: number;
  by: 'hand' | 'job';
  container: 'app' | 'proxy';
  image: ImageKind;
  /** Seconds after the start of the run. */
  after: number;
  timeoutMinutes: number;
  rollBack: boolean;
}

/** The plan of one run: the services, the deployments and the faults. */
export interface ChaosPlan {
  services: ServicePlan[];
  deployments: DeploymentPlan[];
  faults: Fault[];
  /** The answers to undocumented behaviours of AWS that differ from the defaults. */
  answers?: SelectedAnswer[];
  /** The targets do not forward events, so Gantry polls their rollouts. */
  polling?: boolean;
}

/** The name of a deployment's pipeline and execution. */
export const deploymentLabel = (index: number): string => `release-${index}`;
