import type { ScheduleMoves } from '../core/model/scheduled-task.ts';
import { identifyService } from '../core/model/table-keys.ts';
import { decideScheduleRestore, type ScheduleRestore } from '../core/rollback/restored-schedule.ts';
import { listOwnTargets } from '../core/schedule/problems.ts';
import type { ConfiguredSchedules } from '../core/schedule/rules.ts';
import { isTableUnavailable } from './dynamodb.ts';
import { readLedgerEntries } from './ledger.ts';
import {
  collectScheduleMoves,
  createScheduleMoveClients,
  moveScheduledTask,
  type ScheduleMoveContext,
} from './move-schedules.ts';
import { readScheduleFacts } from './schedule-facts.ts';

/** How many entries of the ledger are searched for the releases that the rollback undoes. */
const searchedEntries = 50;

/** After a rollback, makes the scheduled tasks of the service run the revisions that they ran before the undone releases moved them. */
export async function restoreScheduledTasks(
  { schedules, rules }: ConfiguredSchedules,
  restore: ScheduleRestore,
  context: ScheduleMoveContext,
): Promise<ScheduleMoves> {
  const entries = await readLedgerEntries(identifyService(context.target), searchedEntries);
  if (isTableUnavailable(entries))
    return {
      moved: [],
      warnings: [`The schedules were not restored: the ledger cannot be read (${entries.unavailable}).`],
    };
  const clients = await createScheduleMoveClients(context);
  const facts = await Promise.all(schedules.map((schedule) => readScheduleFacts(clients, schedule)));
  const tasks = facts.flatMap((one) =>
    listOwnTargets(one, rules).map(({ source }) => ({ schedule: one.schedule, source })),
  );
  return collectScheduleMoves(
    tasks.map((task) => {
      const decide = (current: string) => decideScheduleRestore({ source: task.source, current }, entries, restore);
      return moveScheduledTask(clients, task, { decide, wanted: restore.restored, context });
    }),
  );
}
