import type { RollbackFacts } from '../../../core/rollback/facts.ts';
import type { Past } from '../../../core/rollback/history.ts';
import type { ServiceNow } from '../../../core/rollout/observation.ts';
import type { Described } from '../../../core/task-definition/raw.ts';

/* A service and its past as Decide Rollback may find them, each part to be changed by a test. */

export const arn = (revision: string) => `arn:aws:ecs:eu-west-1:222222222222:task-definition/${revision}`;
export const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
export const minutes = (count: number) => new Date(Date.UTC(2026, 10, 23, 10, count));

const repository = '111111111111.dkr.ecr.eu-west-1.amazonaws.com/shop';

/** A deployment of a revision that began in this minute and took three. Its image is a tag, which stood for this digest. */
export const past = (revision: string, at: number, letter = revision.slice(-1)): Past => ({
  arn: `arn:deployment/${at}`,
  status: 'SUCCESSFUL',
  createdAt: minutes(at),
  finishedAt: minutes(at + 3),
  taskDefinition: arn(revision),
  images: [{ name: 'app', image: `${repository}:latest`, digest: digest(letter) }],
});

export const going = (revision: string, at: number, status = 'IN_PROGRESS'): Past => {
  const { finishedAt: _, ...rest } = past(revision, at);
  return { ...rest, status };
};

export const described = (
  revision: string,
  change: { status?: string; restores?: string } = {},
): [string, Described] => [
  arn(revision),
  {
    taskDefinition: {
      family: revision.split(':')[0] ?? '',
      taskDefinitionArn: arn(revision),
      status: change.status ?? 'ACTIVE',
      containerDefinitions: [{ name: 'app', image: `${repository}:latest` }],
    },
    tags: change.restores === undefined ? [] : [{ key: 'gantry:restores', value: arn(change.restores) }],
  },
];

export const service = (revision: string, change: Partial<ServiceNow> = {}): ServiceNow => ({
  status: 'ACTIVE',
  taskDefinition: arn(revision),
  desired: 2,
  running: 2,
  pending: 0,
  deployments: [
    {
      id: 'ecs-svc/9',
      status: 'PRIMARY',
      taskDefinition: arn(revision),
      createdAt: minutes(20),
      desired: 2,
      running: 2,
      pending: 0,
      failed: 0,
    },
  ],
  events: [],
  circuitBreaker: { enable: true, rollback: false },
  alarms: { enable: false, rollback: false },
  historyDecides: false,
  ...change,
});

const target = {
  name: 'test/web',
  roleArn: 'arn:aws:iam::222222222222:role/test-deployment',
  region: 'eu-west-1',
  cluster: 'main',
  service: 'web',
};

/** Three good deployments in a row, the newest running, and a person who wants to go back. */
export const facts = (change: Partial<RollbackFacts> = {}): RollbackFacts => {
  const successes = change.successes ?? [past('web:3', 20), past('web:2', 10), past('web:1', 0)];
  const newest = 'newest' in change ? change.newest : successes[0];
  const running = newest?.taskDefinition.split('/').at(-1) ?? 'web:3';
  return {
    now: minutes(30),
    cause: { kind: 'hand' },
    target,
    woken: false,
    timeoutMinutes: 60,
    service: service(running),
    revisions: new Map(['web:1', 'web:2', 'web:3', 'web:4'].map((name) => described(name))),
    alarming: true,
    alarms: { watched: [], ignored: [] },
    ...change,
    newest,
    successes,
  };
};

export const alarm = (at: number) => ({
  kind: 'alarm' as const,
  name: 'web-5xx',
  at: minutes(at),
  reason: 'Too many.',
});
export const failed = (deploymentId = 'ecs-svc/9') => ({ kind: 'failed deployment' as const, deploymentId });
