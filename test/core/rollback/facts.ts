import type { LedgerEntry } from '../../../core/reporting/ledger.ts';
import type { PastDeployment } from '../../../core/rollback/deployment-history.ts';
import type { RollbackFacts } from '../../../core/rollback/facts.ts';
import type { ObservedService } from '../../../core/rollout/observation.ts';
import type { DescribedTaskDefinition } from '../../../core/task-definition/raw.ts';

/** The facts that Decide Rollback can find about a service. A test changes single parts. */

export const revisionArn = (revision: string) => `arn:aws:ecs:eu-west-1:222222222222:task-definition/${revision}`;
export const digestOf = (letter: string) => `sha256:${letter.repeat(64)}`;
export const atMinute = (count: number) => new Date(Date.UTC(2026, 10, 23, 10, count));

const repository = '111111111111.dkr.ecr.eu-west-1.amazonaws.com/shop';

/** Returns a deployment of a revision that began at this minute and took three minutes. Its image is a tag that resolved to this digest. */
export const pastDeployment = (revision: string, at: number, letter = revision.slice(-1)): PastDeployment => ({
  arn: `arn:deployment/${at}`,
  status: 'SUCCESSFUL',
  createdAt: atMinute(at),
  finishedAt: atMinute(at + 3),
  taskDefinition: revisionArn(revision),
  images: [{ name: 'app', image: `${repository}:latest`, digest: digestOf(letter) }],
});

export const ongoingDeployment = (revision: string, at: number, status = 'IN_PROGRESS'): PastDeployment => {
  const { finishedAt: _, ...rest } = pastDeployment(revision, at);
  return { ...rest, status };
};

export const describedRevision = (
  revision: string,
  change: { status?: string; restores?: string; tags?: { key: string; value: string }[] } = {},
): [string, DescribedTaskDefinition] => [
  revisionArn(revision),
  {
    taskDefinition: {
      family: revision.split(':')[0] ?? '',
      taskDefinitionArn: revisionArn(revision),
      status: change.status ?? 'ACTIVE',
      containerDefinitions: [{ name: 'app', image: `${repository}:latest` }],
    },
    tags: [
      ...(change.tags ?? []),
      ...(change.restores === undefined ? [] : [{ key: 'gantry:restores', value: revisionArn(change.restores) }]),
    ],
  },
];

export const serviceWith = (revision: string, change: Partial<ObservedService> = {}): ObservedService => ({
  status: 'ACTIVE',
  taskDefinition: revisionArn(revision),
  desired: 2,
  running: 2,
  pending: 0,
  deployments: [
    {
      id: 'ecs-svc/9',
      status: 'PRIMARY',
      taskDefinition: revisionArn(revision),
      createdAt: atMinute(20),
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
  loadBalanced: [],
  shiftsTraffic: false,
  ...change,
});

const target = {
  name: 'test/web',
  roleArn: 'arn:aws:iam::222222222222:role/test-deployment',
  region: 'eu-west-1',
  cluster: 'main',
  service: 'web',
};

/** Returns the facts with the changes of a test. `successes`: the successful deployments in ECS's history, other than the newest deployment. */
export type FactsChange = Partial<RollbackFacts> & { successes?: PastDeployment[] };

/** Returns a ledger entry of an execution that ran from one minute to another and requested a revision. */
export const ledgerEntry = (
  after: string,
  [start, end]: [from: number, to: number],
  change: Partial<LedgerEntry> = {},
): LedgerEntry => ({
  version: '1',
  kind: 'deploy',
  execution: `arn:execution/${after}@${start}`,
  service: { account: '222222222222', region: 'eu-west-1', cluster: 'main', name: 'web' },
  source: { type: 'hand' },
  images: [],
  before: revisionArn('web:0'),
  after: revisionArn(after),
  start: atMinute(start).toISOString(),
  end: atMinute(end).toISOString(),
  result: 'Succeeded',
  tasks: 2,
  ...change,
});

/** Three successful deployments in a row, and a manual request for a rollback. The service runs the newest of the three. */
export const rollbackFacts = ({ successes: given, ...change }: FactsChange = {}): RollbackFacts => {
  const successes = given ?? [pastDeployment('web:3', 20), pastDeployment('web:2', 10), pastDeployment('web:1', 0)];
  const newest = 'newest' in change ? change.newest : successes[0];
  const running = newest?.taskDefinition.split('/').at(-1) ?? 'web:3';
  return {
    now: atMinute(30),
    cause: { kind: 'hand' },
    target,
    woken: false,
    timeoutMinutes: 60,
    service: serviceWith(running),
    revisions: new Map(['web:1', 'web:2', 'web:3', 'web:4'].map((name) => describedRevision(name))),
    alarming: true,
    mayRollBackForeign: true,
    deployments: [...(newest === undefined || successes.includes(newest) ? [] : [newest]), ...successes],
    alarms: { watched: [], ignored: [] },
    ...change,
    newest,
  };
};

export const alarmCause = (at: number) => ({
  kind: 'alarm' as const,
  name: 'web-5xx',
  at: atMinute(at),
  reason: 'Too many.',
});
export const failedDeploymentCause = (deploymentId = 'ecs-svc/9') => ({
  kind: 'failed deployment' as const,
  deploymentId,
});
