import type { LedgerEntry } from '../reporting/ledger.ts';
import type { HistoryStep, PastDeployment } from './deployment-history.ts';

/** The newest entries of a service that are read: with ten deployments a day those of ten days, and ECS's history has 90 days more. */
export const maxLedgerEntries = 100;

/** ECS's clock and ours may differ by so much, in ms. */
const maxSkewMs = 10_000;

/** Whether a deployment began while an execution ran. */
const beganDuring = ({ createdAt }: PastDeployment, { start, end }: LedgerEntry): boolean =>
  createdAt.getTime() >= Date.parse(start) - maxSkewMs &&
  (end === undefined || createdAt.getTime() <= Date.parse(end) + maxSkewMs);

/**
 * The ledger's entry of the execution that made a deployment: it ran when the deployment began, and it asked for this revision. While it
 * runs, or if it died, the ledger does not name the revision; then the revision's tag names the execution.
 */
export const findLedgerEntry = (
  past: PastDeployment,
  entries: LedgerEntry[],
  execution: string | undefined,
): LedgerEntry | undefined =>
  entries.find(
    (entry) =>
      (beganDuring(past, entry) &&
        [entry.after, isUnfinished(entry) ? entry.base : undefined].includes(past.taskDefinition)) ||
      (beganDuring(past, entry) && (execution ?? '') === entry.execution),
  );

/** It runs, or it died before it could say which revision it deployed. */
const isUnfinished = ({ after }: LedgerEntry): boolean => after === undefined;

const toPastDeployment = (entry: LedgerEntry, taskDefinition: string): PastDeployment => ({
  arn: entry.execution,
  status: 'SUCCESSFUL',
  createdAt: new Date(entry.start),
  finishedAt: entry.end === undefined ? undefined : new Date(entry.end),
  taskDefinition,
  images: entry.images.map(({ name, pinned }) => ({ name, image: pinned })),
});

/**
 * What an entry condemns: our verdict its own revision, a rollback the one that it left. An alarm or a failure event condemns that also if the rollback
 * failed; if a person's rollback failed, the revision that it left may still be the best one.
 */
function findCondemned({ kind, before, after, result, verdict, source }: LedgerEntry): string | undefined {
  if (before === after || after === undefined) return undefined;
  if (kind === 'rollback')
    return result === 'Succeeded' || (source.type === 'event' && result !== 'NothingToDo') ? before : undefined;
  return verdict === 'failed' || result === 'RolledBack' ? after : undefined;
}

/** The deployment that an entry condemns, as ECS's history has it: its own, or for a rollback the newest one before it. */
function findCondemnedDeployment(
  entry: LedgerEntry,
  condemned: string,
  deployments: PastDeployment[],
): PastDeployment | undefined {
  const same = deployments.filter(({ taskDefinition }) => taskDefinition === condemned);
  if (entry.kind === 'deploy') return same.find((past) => beganDuring(past, entry));
  return same
    .filter(({ createdAt }) => createdAt.getTime() < Date.parse(entry.start))
    .toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime())[0];
}

function toLedgerSteps(entry: LedgerEntry, deployments: PastDeployment[]): HistoryStep[] {
  const { start, end, result, after, tasks } = entry;
  const condemned = findCondemned(entry);
  const succeeded = (past: PastDeployment) =>
    past.status === 'SUCCESSFUL' && !past.idle && past.taskDefinition === after && beganDuring(past, entry);
  const steps: HistoryStep[] = [];
  if (condemned !== undefined) {
    const past =
      findCondemnedDeployment(entry, condemned, deployments) ?? toPastDeployment({ ...entry, images: [] }, condemned);
    steps.push({ at: new Date(entry.kind === 'rollback' ? start : (end ?? start)), kind: 'condemned', past });
  }
  // A success that ECS's history has, too, is told there, with the digests that ran.
  if (result === 'Succeeded' && after !== undefined && tasks !== 0 && !deployments.some(succeeded))
    steps.push({ at: new Date(start), kind: 'worked', past: toPastDeployment(entry, after) });
  return steps;
}

/** What the ledger says about revisions that worked and revisions that were condemned. */
export const listLedgerSteps = (entries: LedgerEntry[], deployments: PastDeployment[]): HistoryStep[] =>
  entries.flatMap((entry) => toLedgerSteps(entry, deployments));
