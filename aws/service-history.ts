import type { ECSClient } from '@aws-sdk/client-ecs';
import { toFailure } from '../core/errors/aws-failure.ts';
import type { Target } from '../core/model/release.ts';
import { identifyService } from '../core/model/table-keys.ts';
import type { LedgerEntry } from '../core/reporting/ledger.ts';
import type { PastDeployment } from '../core/rollback/deployment-history.ts';
import { markIdleDeployments } from '../core/rollback/idle.ts';
import { listRevisionsThatWorked, maxLedgerEntriesRead } from '../core/rollback/ledger-evidence.ts';
import type { ObservedService } from '../core/rollout/observation.ts';
import type { TargetSession } from '../core/service/session-policy.ts';
import type { DescribedTaskDefinition } from '../core/task-definition/raw.ts';
import { type AlarmState, describeAlarms } from './cloudwatch.ts';
import { isTableUnavailable } from './dynamodb.ts';
import { createTargetEcsClient, describeService } from './ecs.ts';
import { toObservedService } from './ecs-deployments.ts';
import { readDeploymentHistory } from './ecs-history.ts';
import { describeTaskDefinition } from './ecs-task-definitions.ts';
import { readLedgerEntries } from './ledger.ts';
import { assumeTargetRole } from './sts.ts';

/**
 * The past of one service: from ECS's history (empty if the role is not allowed to read it) and from the ledger (undefined if the table does
 * not answer).
 */
export interface ServiceHistory {
  deployments: PastDeployment[];
  entries?: LedgerEntry[] | undefined;
  revisions: ReadonlyMap<string, DescribedTaskDefinition>;
}

/** Data of one service from ECS, CloudWatch and the ledger. */
export interface ServiceStateAndHistory extends ServiceHistory {
  target: Target;
  service: ObservedService;
  /** The service's newest deployment; undefined if ECS keeps no history of it. */
  newest?: PastDeployment | undefined;
  /** The current states of the named alarms; `denied` if the role is not allowed to read alarms. */
  alarms: AlarmState[] | 'denied';
}

/** What to read before a decision about a rollback: a service, the revision that a request names, and the names of alarms. */
export interface RollbackFactsQuery {
  target: Target;
  revision?: string | undefined;
  alarms: string[];
}

/** Reads everything that a rollback depends on, without changing anything. */
export async function readServiceStateAndHistory(
  query: RollbackFactsQuery,
  session: TargetSession,
  now: Date,
): Promise<ServiceStateAndHistory> {
  const { target } = query;
  const client = await createTargetEcsClient(target, session, now);
  const service = toObservedService(await describeService(client, target));
  if (service.status !== 'ACTIVE') return { target, service, deployments: [], revisions: new Map(), alarms: [] };
  const [past, alarms] = await Promise.all([
    readServiceHistory(client, target, query.revision === undefined ? [] : [query.revision]),
    assumeTargetRole(target, session, now)
      .then((credentials) => describeAlarms(target, credentials, query.alarms))
      .catch(returnIfDenied('denied' as const)),
  ]);
  return { target, service, newest: past.deployments[0], ...past, alarms };
}

/** Reads the past of a service. Also reads the revisions that its deployments and ledger entries name, and the revisions in `named`. */
export async function readServiceHistory(client: ECSClient, target: Target, named: string[]): Promise<ServiceHistory> {
  const [deployments, found] = await Promise.all([
    readDeploymentHistory(client, target).catch(returnIfDenied<PastDeployment[]>([])),
    readLedgerEntries(identifyService(target), maxLedgerEntriesRead),
  ]);
  const entries = isTableUnavailable(found) ? undefined : found;
  const wanted = [
    ...named,
    ...deployments.map(({ taskDefinition }) => taskDefinition),
    ...listRevisionsThatWorked(entries ?? []),
  ];
  const revisions = await describeRevisions(client, [...new Set(wanted)]);
  return { deployments: markIdleDeployments(deployments, revisions), entries, revisions };
}

/** The maximum number of revisions that are described. No rollback needs more. The number is a fifth of DescribeTaskDefinition's burst. */
const maxRevisions = 40;

/** Returns a fallback if AWS denies a read: the rollback continues without that data. */
const returnIfDenied =
  <T>(otherwise: T) =>
  (error: unknown): T => {
    if (toFailure(error, 'reading the past of a service').name === 'PermissionError') return otherwise;
    throw error;
  };

/** Returns the revisions by ARN. Leaves out revisions that ECS no longer describes. */
async function describeRevisions(client: ECSClient, names: string[]): Promise<Map<string, DescribedTaskDefinition>> {
  const found = await Promise.all(names.slice(0, maxRevisions).map((name) => describeTaskDefinition(client, name)));
  return new Map(
    found.flatMap((one) => (one === undefined ? [] : [[String(one.taskDefinition.taskDefinitionArn), one] as const])),
  );
}
