import type { LedgerEntry } from '../reporting/ledger.ts';
import { wasExecutionRunningAt } from '../reporting/running-at.ts';
import type { PastDeployment, RevisionEvidence } from './deployment-history.ts';

/**
 * The maximum number of entries of a service that are read, newest first. With ten deployments a day, they cover ten days; ECS's history covers 90
 * days.
 */
export const maxLedgerEntriesRead = 100;

/** Whether a deployment began while an execution ran. */
const beganDuring = ({ createdAt }: PastDeployment, entry: LedgerEntry): boolean =>
  wasExecutionRunningAt(entry, createdAt);

/**
 * Returns the ledger entry of the execution that made a deployment. That execution ran when the deployment began, and requested this revision. If the
 * execution still runs, or if it died, the ledger does not contain the revision. In that case, the revision's tag identifies the execution.
 */
export const findLedgerEntry = (
  past: PastDeployment,
  entries: LedgerEntry[],
  execution: string | undefined,
): LedgerEntry | undefined =>
  entries.find(
    (entry) => beganDuring(past, entry) && (isRequested(past, entry) || (execution ?? '') === entry.execution),
  );

/** The largest difference between a deployment's start in the service's list and in its history, in ms. */
const maxStartSkewMs = 60_000;

/**
 * Whether the deployment is of the revision that an execution requested. If the service ran that revision before, a deployment of the execution must be
 * later than the deployment that the execution found. An execution that died or changed nothing has only found the deployment of somebody else.
 */
function isRequested({ taskDefinition, createdAt }: PastDeployment, entry: LedgerEntry): boolean {
  const { after, base, before, beforeSince } = entry;
  if (![after, isUnfinished(entry) ? base : undefined].includes(taskDefinition)) return false;
  if (taskDefinition !== before) return true;
  return beforeSince !== undefined && createdAt.getTime() > Date.parse(beforeSince) + maxStartSkewMs;
}

/** Whether the execution still runs, or died before it could record which revision it deployed. */
const isUnfinished = ({ after }: LedgerEntry): boolean => after === undefined;

const toPastDeployment = (entry: LedgerEntry, taskDefinition: string): PastDeployment => ({
  arn: entry.execution,
  status: 'SUCCESSFUL',
  createdAt: new Date(entry.start),
  finishedAt: entry.end === undefined ? undefined : new Date(entry.end),
  taskDefinition,
  images: entry.images.map(({ name, pinned }) => ({ name, image: pinned })),
});

/** Whether the bad revision of an entry is the revision that a rollback replaced. If the rollback of a stage failed, the bad revision is its own revision. */
const isAboutReplaced = ({ kind, verdict }: LedgerEntry): boolean => kind === 'rollback' && verdict === undefined;

/**
 * Returns the revision that an entry shows to be bad: for a failed verdict the entry's own revision, for a rollback the revision that it replaced. After an
 * alarm or a failure event, the replaced revision is bad even if the rollback failed. If a person's rollback failed, the revision that it should have
 * replaced may still be the best choice.
 */
function findCondemned(entry: LedgerEntry): string | undefined {
  const { before, after, result, verdict, source } = entry;
  if (before === after || after === undefined) return undefined;
  if (isAboutReplaced(entry))
    return result === 'Succeeded' || (source.type === 'event' && result !== 'NothingToDo') ? before : undefined;
  return verdict === 'failed' || result === 'RolledBack' ? after : undefined;
}

/**
 * Returns the deployment in ECS's history that an entry shows to be bad: the entry's own deployment, or for a rollback the newest deployment before
 * it.
 */
function findCondemnedDeployment(
  entry: LedgerEntry,
  condemned: string,
  deployments: PastDeployment[],
): PastDeployment | undefined {
  const same = deployments.filter(({ taskDefinition }) => taskDefinition === condemned);
  if (!isAboutReplaced(entry)) return same.find((past) => beganDuring(past, entry));
  return same
    .filter(({ createdAt }) => createdAt.getTime() < Date.parse(entry.start))
    .toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime())[0];
}

function toLedgerSteps(entry: LedgerEntry, deployments: PastDeployment[]): RevisionEvidence[] {
  const { start, end, result, after, tasks } = entry;
  const condemned = findCondemned(entry);
  const succeeded = (past: PastDeployment) =>
    past.status === 'SUCCESSFUL' && !past.idle && past.taskDefinition === after && beganDuring(past, entry);
  const steps: RevisionEvidence[] = [];
  if (condemned !== undefined) {
    const past =
      findCondemnedDeployment(entry, condemned, deployments) ?? toPastDeployment({ ...entry, images: [] }, condemned);
    steps.push({ at: new Date(isAboutReplaced(entry) ? start : (end ?? start)), kind: 'condemned', past });
  }
  // If ECS's history also contains the success, the history's entry is used, because it has the digests that ran.
  if (result === 'Succeeded' && after !== undefined && tasks !== 0 && !deployments.some(succeeded))
    steps.push({ at: new Date(start), kind: 'worked', past: toPastDeployment(entry, after) });
  return steps;
}

/** Returns the ledger's evidence: revisions that worked, and revisions that were found to be bad. */
export const listLedgerEvidence = (entries: LedgerEntry[], deployments: PastDeployment[]): RevisionEvidence[] =>
  entries.flatMap((entry) => toLedgerSteps(entry, deployments));

/** Whether an entry of the ledger records the success of this deployment. */
export const isSuccessInLedger = (past: PastDeployment, entries: LedgerEntry[]): boolean =>
  entries.some(
    (entry) =>
      entry.result === 'Succeeded' &&
      entry.tasks !== 0 &&
      entry.after === past.taskDefinition &&
      beganDuring(past, entry),
  );

/** Returns the revisions that worked at some time according to the entries: after a successful release, or before a release. */
export const listRevisionsThatWorked = (entries: LedgerEntry[]): string[] =>
  entries.flatMap(({ result, before, beforeWorkedSince, after }) => [
    ...(result === 'Succeeded' && after !== undefined ? [after] : []),
    ...(beforeWorkedSince !== undefined && before !== undefined ? [before] : []),
  ]);

/**
 * Returns the deployments that earlier releases found PRIMARY and COMPLETED. ECS's history can lack these deployments, because it begins on 25 October 2024
 * and keeps 90 days.
 */
export const listCheckedDeployments = (entries: LedgerEntry[]): PastDeployment[] =>
  entries.flatMap(({ execution: arn, before, beforeWorkedSince }) =>
    before === undefined || beforeWorkedSince === undefined
      ? []
      : [{ arn, status: 'SUCCESSFUL', createdAt: new Date(beforeWorkedSince), taskDefinition: before, images: [] }],
  );
