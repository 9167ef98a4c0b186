import type { LifecycleHook } from '../../../core/model/stage-progress.ts';
import type {
  Deployment,
  ObservedService,
  RolloutObservation,
  ServiceDeployment,
} from '../../../core/rollout/observation.ts';
import type { StoppedTask } from '../../../core/rollout/observed-task.ts';

/** The observation of a healthy rollout after three minutes. A test changes single parts. */

export const revisionArn = (name: string) => `arn:aws:ecs:eu-west-1:222222222222:task-definition/${name}`;
export const startTime = '2026-11-23T09:00:00.000Z';
export const secondsAfterStart = (seconds: number) => new Date(Date.parse(startTime) + seconds * 1000);
export const pinnedImage = (letter: string) =>
  `111111111111.dkr.ecr.eu-west-1.amazonaws.com/shop@sha256:${letter.repeat(64)}`;

export const ourDeployment = (changes: Partial<Deployment> = {}): Deployment => ({
  id: 'ecs-svc/2',
  status: 'PRIMARY',
  taskDefinition: revisionArn('web:13'),
  createdAt: secondsAfterStart(0),
  desired: 2,
  running: 1,
  pending: 1,
  failed: 0,
  rolloutState: 'IN_PROGRESS',
  ...changes,
});
export const previousDeployment = (changes: Partial<Deployment> = {}): Deployment =>
  ourDeployment({
    id: 'ecs-svc/1',
    status: 'ACTIVE',
    taskDefinition: revisionArn('web:12'),
    createdAt: secondsAfterStart(-86_400),
    running: 2,
    pending: 0,
    rolloutState: 'COMPLETED',
    ...changes,
  });
export const newerDeployment = (changes: Partial<Deployment> = {}): Deployment =>
  ourDeployment({
    id: 'ecs-svc/3',
    taskDefinition: revisionArn('web:14'),
    createdAt: secondsAfterStart(60),
    ...changes,
  });

export const serviceWith = (changes: Partial<ObservedService> = {}): ObservedService => ({
  status: 'ACTIVE',
  taskDefinition: revisionArn('web:13'),
  desired: 2,
  running: 3,
  pending: 1,
  deployments: [ourDeployment(), previousDeployment()],
  events: [],
  circuitBreaker: { enable: false, rollback: false },
  alarms: { enable: false, rollback: false },
  historyDecides: false,
  loadBalanced: [],
  shiftsTraffic: false,
  ...changes,
});

export const serviceDeployment = (changes: Partial<ServiceDeployment> = {}): ServiceDeployment => ({
  arn: 'arn:aws:ecs:eu-west-1:222222222222:service-deployment/main/web/abc',
  status: 'IN_PROGRESS',
  hooks: [],
  ...changes,
});

/** A lifecycle hook that waits for a person, with an hour left. */
export const pauseHook = (changes: Partial<LifecycleHook> = {}): LifecycleHook => ({
  id: 'ecs-pause-1',
  waitsFor: 'person',
  status: 'AWAITING_ACTION',
  expiresAt: secondsAfterStart(3600).toISOString(),
  timeoutAction: 'ROLLBACK',
  ...changes,
});

let tasks = 0;
export const stoppedTask = (changes: Partial<StoppedTask> = {}): StoppedTask => ({
  arn: `arn:aws:ecs:eu-west-1:222222222222:task/main/${(++tasks).toString(16).padStart(32, '0')}`,
  stopCode: 'EssentialContainerExited',
  stoppedReason: 'Essential container in task exited',
  createdAt: secondsAfterStart(100),
  startedAt: secondsAfterStart(110),
  stoppedAt: secondsAfterStart(120),
  containers: [{ name: 'app', exitCode: 1 }],
  ...changes,
});

/**
 * Returns this number of tasks in each generation. The first generation begins at 100 s. Each task fails 20 s later, and its replacement begins at that time.
 */
export const generationsOfTasks = (...counts: number[]): StoppedTask[] =>
  counts.flatMap((count, generation) => {
    const begin = 100 + 20 * generation;
    const times = { createdAt: begin, startedAt: begin + 10, stoppingAt: begin + 20, stoppedAt: begin + 25 };
    const dates = Object.fromEntries(Object.entries(times).map(([name, time]) => [name, secondsAfterStart(time)]));
    return Array.from({ length: count }, () => stoppedTask(dates));
  });

export const rolloutObservation = (changes: Partial<RolloutObservation> = {}): RolloutObservation => ({
  now: secondsAfterStart(180),
  deadline: secondsAfterStart(3600),
  rollBackOnFailure: true,
  images: [{ name: 'app', imageUri: 'shop:43', pinned: pinnedImage('b') }],
  rollout: { deploymentId: 'ecs-svc/2', taskDefinition: revisionArn('web:13'), startedAt: startTime },
  followed: false,
  service: serviceWith(),
  serviceDeployment: serviceDeployment(),
  stoppedTasks: [],
  alarms: [],
  fired: [],
  bakeMinutes: 0,
  ...changes,
});
