import type { SelectedAnswer } from '../../local/assumptions/answers.ts';
import type { Fault } from '../../local/faults/fault.ts';

/** The behaviour of an image. The image `missing` was never pushed. */
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

/** The strategies by which ECS shifts traffic. */
export const shiftingStrategies = ['BLUE_GREEN', 'LINEAR', 'CANARY'] as const;

/** A person's reaction to a pause (hooks.ts). `wrong order`: answers with the id of an earlier pause first. */
export const pauseAnswers = ['soon', 'late', 'never', 'twice', 'wrong order', 'roll back'] as const;

/** The answer of a hook's function. `alarm`: the function succeeds, and the service's own alarm goes off meanwhile. */
export const functionAnswers = ['succeed', 'late', 'never', 'fail', 'throw', 'alarm'] as const;

/** A lifecycle hook of a service. If the hook has no answer after this many minutes, ECS takes the action. */
export type HookPlan = { stage: string; timeoutMinutes: number; action: 'ROLLBACK' | 'CONTINUE' } & (
  | { type: 'PAUSE'; answer: (typeof pauseAnswers)[number] }
  | { type: 'AWS_LAMBDA'; answer: (typeof functionAnswers)[number] }
);

/** How ECS shifts the traffic of a service, with a bake time after the last step, in minutes. */
export interface ShiftPlan {
  strategy: (typeof shiftingStrategies)[number];
  bakeMinutes: number;
  hooks: HookPlan[];
}

/** How a task of a release ends. */
export const taskKinds = ['succeed', 'fail', 'hang', 'run long', 'cannot start', 'lose host'] as const;
export type TaskKind = (typeof taskKinds)[number];

export interface ServicePlan {
  breaker: 'none' | 'stops' | 'rolls back';
  desired: number;
  /** The task definition has fields that no SDK knows. */
  unknown: boolean;
  /** ECS's reaction if the alarm in the service's own deployment configuration goes off. By default the service names no alarm. */
  alarm?: 'none' | 'stops' | 'rolls back';
  /** Which deployments ECS's history lists; `later`: only those after the first. By default all. */
  history?: 'all' | 'later' | 'none';
  /** By default, ECS replaces the tasks one after the other. */
  shift?: ShiftPlan | undefined;
}

/** An action of somebody else, this many seconds after the start of the run (test/chaos/other-actors.ts). */
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
  /** How the pre-deploy task and the post-deploy task of each service end. If absent, the services have no tasks and no schedules. */
  tasks?: Record<'migrate' | 'smoke', TaskKind> | undefined;
}

/** The name of a deployment's pipeline and execution. */
export const deploymentLabel = (index: number): string => `release-${index}`;
