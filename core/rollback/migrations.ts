import { listStartedMigrations, warnAboutMigrations } from '../release-tasks/messages.ts';
import { isFromDeployMachine, type LedgerEntry } from '../reporting/ledger.ts';

/**
 * Returns a warning that names the pre-deploy tasks of the releases that a rollback undoes: all releases after the last release of `back`. If the ledger
 * lacks that release, the warning names only the tasks of the release of `bad`.
 */
export function warnAboutUndoneReleases(
  entries: LedgerEntry[] = [],
  { bad, back }: { bad: string; back: string },
): string[] {
  const releases = entries.filter(isFromDeployMachine).toSorted((a, b) => (a.start < b.start ? 1 : -1));
  const last = releases.findIndex(({ after }) => after === back);
  const undone = last === -1 ? releases.filter(({ after }) => after === bad) : releases.slice(0, last);
  const names = undone.flatMap(({ taskRuns }) => listStartedMigrations(taskRuns)).toReversed();
  const warning = warnAboutMigrations([...new Set(names)]);
  return warning === undefined ? [] : [warning];
}
