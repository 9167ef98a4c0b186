import { formatScheduleSource, type ScheduleSource } from '../model/scheduled-task.ts';
import { parseRevisionName } from '../parsing/arn.ts';
import { isFromDeployMachine, type LedgerEntry } from '../reporting/ledger.ts';
import type { ScheduleMoveDecision } from '../schedule/decide-move.ts';
import { parseRevisionNumber } from '../task-definition/raw.ts';

/**
 * The revisions of a rollback (ARNs): the rolled-back one, the known-good one, and the one that runs now. The last two differ if the known-good revision was
 * registered again.
 */
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
 * Returns the entries of the releases that the rollback undoes, newest first: from the newest release of the rolled-back revision back to the release that
 * deployed the known-good revision. If the ledger lacks the latter, returns only the releases of the rolled-back revision.
 */
function findUndone(entries: LedgerEntry[], { rolledBack, knownGood }: ScheduleRestore): LedgerEntry[] {
  const releases = entries.filter(isFromDeployMachine);
  const bad = releases.findIndex(({ after }) => after === rolledBack);
  const sinceBad = bad < 0 ? releases : releases.slice(bad);
  const good = sinceBad.findIndex(({ after }) => after === knownGood);
  return good < 0 ? sinceBad.filter(({ after }) => after === rolledBack) : sinceBad.slice(0, good);
}

/**
 * Returns the revision that a scheduled task must run after a rollback. This is the revision that the task ran before the undone releases moved it,
 * according to the ledger. Undefined if no undone release moved the task to the revision that it runs now, because somebody else has changed the task since.
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
 * Decides what to do with a scheduled task after a rollback. `to`: the revision that the task ran before. A task that no release moved stays as it is. If
 * such a task runs the rolled-back revision, there is a warning.
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
