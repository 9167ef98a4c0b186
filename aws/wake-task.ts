import type { Target } from '../core/model/release.ts';
import { taskRecordKey } from '../core/release-tasks/record.ts';
import { parseSleepingExecutions, type SleepingExecution } from '../core/waiting/sleeping-executions.ts';
import { isTableUnavailable, type TableUnavailable, updateItem } from './dynamodb.ts';

/**
 * Records that a task has stopped, so that no execution begins to wait without having seen the event. Returns the execution that waits already. Returns none
 * if the task has no record under this service.
 */
export async function recordTaskEventAndReadSleepers(
  target: Target,
  id: string,
  now: Date,
): Promise<SleepingExecution[] | TableUnavailable> {
  const updated = await updateItem(taskRecordKey(target, id), {
    update: 'SET noticed = :now',
    condition: 'attribute_exists(pk) AND (attribute_not_exists(noticed) OR noticed < :now)',
    values: { ':now': now.toISOString() },
  });
  if (updated === 'refused') return [];
  return isTableUnavailable(updated) ? updated : parseSleepingExecutions(updated.before ?? {});
}
