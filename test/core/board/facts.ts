import type { BoardContext, ServiceObservation } from '../../../core/board/observations.ts';
import { getTargetByName } from '../../../core/config/targets.ts';
import type { ExecutionData } from '../../../core/reporting/execution-data.ts';
import type { LedgerEntry } from '../../../core/reporting/ledger.ts';
import type { ObservedService } from '../../../core/rollout/observation.ts';
import type { DescribedTaskDefinition } from '../../../core/task-definition/raw.ts';
import example from '../../../infra/config.ts';
import { ourDeployment, secondsAfterStart, serviceWith } from '../rollout/facts.ts';

/* The board's data about a service that has run web:13 since 2026-11-23 09:00. A test changes single parts. */

export const config = example;

export const readAt = secondsAfterStart(7200).toISOString();
export const executionArn = (name: string) =>
  `arn:aws:states:eu-west-1:111111111111:execution:gantry-production-deploy:${name}`;
export const accountOf = (target: string) => (target.startsWith('prod') ? '333333333333' : '222222222222');
export const revisionOf = (target: string, name: string) =>
  `arn:aws:ecs:eu-west-1:${accountOf(target)}:task-definition/${name}`;
export const imageOf = (letter: string) =>
  `111111111111.dkr.ecr.eu-west-1.amazonaws.com/shop@sha256:${letter.repeat(64)}`;

/** A release whose commit id repeats `letter`. The release began and ended this many seconds after the start. */
export const entry = (
  letter: string,
  [start, end]: [number, number?],
  changes: Partial<LedgerEntry> = {},
  target = 'test/web',
): LedgerEntry => ({
  version: '1',
  kind: 'deploy',
  execution: executionArn(`release-${letter}`),
  service: { account: accountOf(target), region: 'eu-west-1', cluster: 'web-shop', name: 'web' },
  target,
  source: { type: 'pipeline', name: 'web-shop-production' },
  commit: { id: letter.repeat(40), summary: `Change ${letter}` },
  images: [{ name: 'app', imageUri: 'shop:1', pinned: imageOf(letter) }],
  before: revisionOf(target, 'web:12'),
  after: revisionOf(target, 'web:13'),
  start: secondsAfterStart(start).toISOString(),
  ...(end !== undefined && { end: secondsAfterStart(end).toISOString(), result: 'Succeeded' as const }),
  ...changes,
});

export const steadyService = (target: string, changes: Partial<ObservedService> = {}): ObservedService =>
  serviceWith({
    taskDefinition: revisionOf(target, 'web:13'),
    running: 2,
    pending: 0,
    deployments: [
      ourDeployment({
        taskDefinition: revisionOf(target, 'web:13'),
        running: 2,
        pending: 0,
        rolloutState: 'COMPLETED',
      }),
    ],
    ...changes,
  });

/** The changes of a test: the service, its entries (newest first), the data of an execution that runs, and any other part. */
export interface ObservationChanges
  extends Partial<Omit<ServiceObservation, 'target' | 'service' | 'table' | 'execution'>> {
  service?: Partial<ObservedService>;
  entries?: LedgerEntry[];
  table?: ServiceObservation['table'];
  running?: Partial<ExecutionData> & { step?: string };
  ended?: Partial<ExecutionData>;
}

function executionOf({ running, ended }: ObservationChanges): Pick<ServiceObservation, 'execution'> {
  const given = running ?? ended;
  if (given === undefined) return {};
  const data: ExecutionData = { execution: executionArn('now'), kind: 'deploy', source: { type: 'hand' }, ...given };
  const { execution: arn } = data;
  return { execution: { readAt, value: { arn, ended: running === undefined, step: running?.step, data } } };
}

export function observation(target = 'test/web', changes: ObservationChanges = {}): ServiceObservation {
  const { service, entries = [entry('a', [-60, 60], {}, target)], table, running: _, ended: __, ...rest } = changes;
  return {
    target: getTargetByName(config, target),
    service: { readAt, value: { service: steadyService(target, service), alarmNames: [] } },
    table: table ?? { readAt, value: { entries, events: { last: secondsAfterStart(30).toISOString(), readAt } } },
    alarms: { readAt, value: [] },
    approvals: [],
    ...executionOf(changes),
    ...rest,
  };
}

export const definition = (
  arn: string,
  image: string,
  changes: Record<string, unknown> = {},
  tags = {},
): DescribedTaskDefinition => ({
  taskDefinition: {
    taskDefinitionArn: arn,
    family: 'web',
    containerDefinitions: [{ name: 'app', image }],
    ...changes,
  },
  tags: Object.entries(tags).map(([key, value]) => ({ key, value: String(value) })),
});

export const contextWith = (...definitions: DescribedTaskDefinition[]): BoardContext => ({
  at: secondsAfterStart(7200),
  definitions: new Map(definitions.map((one) => [String(one.taskDefinition.taskDefinitionArn), one])),
});
