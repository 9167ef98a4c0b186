import type { SelectedAnswer } from '../../local/assumptions/answers.ts';
import type { Fault } from '../../local/faults/fault.ts';
import type { TaskKind } from './config.ts';

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
  /** What ECS does if the alarm of the service's own deployment configuration goes off; by default the service names no alarm. */
  alarm?: 'none' | 'stops' | 'rolls back';
  /** Which deployments ECS's history lists; `later`: only those after the first. By default all. */
  history?: 'all' | 'later' | 'none';
}

/** Something that somebody else does, this many seconds after the start of the run (test/chaos/other-actors.ts). */
export interface TimedAct {
  act: string;
  after: number;
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
  acts?: TimedAct[];
  /** The answers to undocumented behaviours of AWS that differ from the defaults. */
  answers?: SelectedAnswer[];
  /** The targets do not forward events, so Gantry polls their rollouts. */
  polling?: boolean;
  /** What the pre-deploy task of each service does; without it, the services have no tasks. */
  tasks?: TaskKind | undefined;
}

/** The name of a deployment's pipeline and execution. */
export const deploymentLabel = (index: number): string => `release-${index}`;
