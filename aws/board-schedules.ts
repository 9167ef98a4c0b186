import type { Target } from '../core/model/release.ts';
import { nameScheduleSource, type TaskFamilyUser } from '../core/schedule/other-revisions.ts';
import type { TargetSession } from '../core/service/session-policy.ts';
import { readScheduleFacts } from './schedule-facts.ts';
import { createScheduleClients } from './schedules.ts';
import { assumeTargetRole } from './sts.ts';

/** Returns the tasks that an entry of `schedules` runs. Makes one call, or two calls if the entry can mean a schedule or a rule. */
export async function readScheduleUsers(
  target: Target,
  schedule: string,
  { session, now }: { session: TargetSession; now: Date },
): Promise<TaskFamilyUser[]> {
  const clients = createScheduleClients(target, await assumeTargetRole(target, session, now));
  const { targets } = await readScheduleFacts(clients, schedule);
  return targets.map(({ source, taskDefinition }) => ({ name: nameScheduleSource(source), taskDefinition }));
}
