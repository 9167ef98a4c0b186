import type {
  Deployment,
  Look,
  ServiceDeployment,
  ServiceNow,
  StoppedTask,
} from '../../../core/rollout/observation.ts';

/* A rollout in good health, three minutes old, each part to be changed by a test. */

export const revision = (name: string) => `arn:aws:ecs:eu-west-1:222222222222:task-definition/${name}`;
export const start = '2026-11-23T09:00:00.000Z';
export const at = (seconds: number) => new Date(Date.parse(start) + seconds * 1000);
export const pinned = (letter: string) =>
  `111111111111.dkr.ecr.eu-west-1.amazonaws.com/shop@sha256:${letter.repeat(64)}`;

export const ours = (changes: Partial<Deployment> = {}): Deployment => ({
  id: 'ecs-svc/2',
  status: 'PRIMARY',
  taskDefinition: revision('web:13'),
  createdAt: at(0),
  desired: 2,
  running: 1,
  pending: 1,
  failed: 0,
  rolloutState: 'IN_PROGRESS',
  ...changes,
});
export const old = (changes: Partial<Deployment> = {}): Deployment =>
  ours({
    id: 'ecs-svc/1',
    status: 'ACTIVE',
    taskDefinition: revision('web:12'),
    createdAt: at(-86_400),
    running: 2,
    pending: 0,
    rolloutState: 'COMPLETED',
    ...changes,
  });
export const newer = (changes: Partial<Deployment> = {}): Deployment =>
  ours({ id: 'ecs-svc/3', taskDefinition: revision('web:14'), createdAt: at(60), ...changes });

export const service = (changes: Partial<ServiceNow> = {}): ServiceNow => ({
  status: 'ACTIVE',
  taskDefinition: revision('web:13'),
  desired: 2,
  running: 3,
  pending: 1,
  deployments: [ours(), old()],
  events: [],
  circuitBreaker: { enable: false, rollback: false },
  alarms: { enable: false, rollback: false },
  historyDecides: false,
  ...changes,
});

export const history = (changes: Partial<ServiceDeployment> = {}): ServiceDeployment => ({
  arn: 'arn:aws:ecs:eu-west-1:222222222222:service-deployment/main/web/abc',
  status: 'IN_PROGRESS',
  hooksAwaitingAction: [],
  ...changes,
});

let tasks = 0;
export const task = (changes: Partial<StoppedTask> = {}): StoppedTask => ({
  arn: `arn:aws:ecs:eu-west-1:222222222222:task/main/${(++tasks).toString(16).padStart(32, '0')}`,
  stopCode: 'EssentialContainerExited',
  stoppedReason: 'Essential container in task exited',
  createdAt: at(100),
  startedAt: at(110),
  stoppedAt: at(120),
  containers: [{ name: 'app', exitCode: 1 }],
  ...changes,
});

export const look = (changes: Partial<Look> = {}): Look => ({
  now: at(180),
  deadline: at(3600),
  rollBackOnFailure: true,
  images: [{ name: 'app', imageUri: 'shop:43', pinned: pinned('b') }],
  rollout: { deploymentId: 'ecs-svc/2', taskDefinition: revision('web:13'), startedAt: start },
  followed: false,
  service: service(),
  serviceDeployment: history(),
  stoppedTasks: [],
  alarms: [],
  fired: [],
  bakeMinutes: 0,
  ...changes,
});
