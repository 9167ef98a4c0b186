import { formatScheduleSource, type ScheduleSource } from '../model/scheduled-task.ts';
import { parseRevisionName } from '../parsing/arn.ts';
import { isFromDeployMachine, type LedgerEntry } from '../reporting/ledger.ts';
import type { ScheduleMoveDecision } from '../schedule/decide-move.ts';
import { parseRevisionNumber } from '../task-definition/raw.ts';

/** A rollback: the revision that it rolled back, the known-good one, and the one that runs now (ARNs). They differ if the known-good one was registered again. */
export interface ScheduleRestore {
  rolledBack: string;
  knownGood: string;
  restored: string;
}

const isSameSource = (a: ScheduleSource, b: ScheduleSource): boolean =>
  JSON.stringify(sortedFields(a)) === JSON.stringify(sortedFields(b));
const sortedFields = (source: ScheduleSource): [string, string][] =>
  Object.entries(source).sort(([a], [b]) => a.localeCompare(b));

/**
 * Returns the entries of the releases that the rollback undoes, newest first: from the newest release of the rolled-back revision to the release before
 * it that deployed the known-good one. If the ledger does not have that one, only the releases of the rolled-back revision.
 */
function findUndone(entries: LedgerEntry[], { rolledBack, knownGood }: ScheduleRestore): LedgerEntry[] {
  const releases = entries.filter(isFromDeployMachine);
  const bad = releases.findIndex(({ after }) => after === rolledBack);
  const sinceBad = bad < 0 ? releases : releases.slice(bad);
  const good = sinceBad.findIndex(({ after }) => after === knownGood);
  return good < 0 ? sinceBad.filter(({ after }) => after === rolledBack) : sinceBad.slice(0, good);
}

/**
 * Returns the revision that a scheduled task has to run after a rollback: the one that it ran before the undone releases moved it, as the ledger
 * says. Undefined if no undone release moved it to the revision that it runs now: somebody else has changed it since.
 */
function findRestoredRevision(
  source: ScheduleSource,
  current: string,
  entries: LedgerEntry[],
  restore: ScheduleRestore,
): string | undefined {
  let revision = current;
  for (const { schedules = [] } of findUndone(entries, restore)) {
    const move = schedules.find((one) => isSameSource(one.source, source) && one.to === revision);
    revision = move?.from ?? revision;
  }
  if (revision === current) return undefined;
  // A schedule can name its revision without the rest of the ARN.
  return parseRevisionName(revision) === parseRevisionName(restore.knownGood) ? restore.restored : revision;
}

/**
 * Decides what to do with a scheduled task after a rollback. `to`: the revision that it ran before. A task that nobody moved stays as it is; if it runs the
 * rolled-back revision, a person must know.
 */
export function decideScheduleRestore(
  { source, current }: { source: ScheduleSource; current: string },
  entries: LedgerEntry[],
  restore: ScheduleRestore,
): ScheduleMoveDecision & { to?: string } {
  const name = formatScheduleSource(source);
  const to = findRestoredRevision(source, current, entries, restore);
  if (to !== undefined) return { do: 'move', from: current, to };
  if (parseRevisionNumber(current) === 0)
    return {
      do: 'leave',
      warning: `Risk: ${name} names no revision, so it runs the newest ACTIVE revision of ${parseRevisionName(current)}, also if that is the one that was rolled back (${parseRevisionName(restore.rolledBack)}).`,
    };
  if (current !== restore.rolledBack) return { do: 'keep' };
  return {
    do: 'leave',
    warning: `${name} still runs ${parseRevisionName(current)}, which was rolled back: the ledger does not say what it ran before. Change it to ${parseRevisionName(restore.restored)} if it should follow the service.`,
  };
}
