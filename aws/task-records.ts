import { createHash } from 'node:crypto';
import { Failure } from '../core/errors/failure.ts';
import type { Target } from '../core/model/release.ts';
import {
  type TaskIdentity,
  type TaskRecord,
  taskRecordExpiry,
  taskRecordKey,
  taskRecordSchema,
} from '../core/release-tasks/record.ts';
import { getItem, isTableUnavailable, putItem, type TableUnavailable, updateItem } from './dynamodb.ts';

/** Returns the identity of a task of an execution. Its id is the same for every try. */
export const identifyTask = ({ execution, phase, name }: Omit<TaskIdentity, 'id'>): TaskIdentity => ({
  execution,
  phase,
  name,
  id: createHash('sha256')
    .update(JSON.stringify([execution, phase, name]))
    .digest('hex')
    .slice(0, 32),
});

/** Without its record, a task could run twice. So a task waits for the table, while nothing else in Gantry does. */
const createTableFailure = ({ unavailable }: TableUnavailable): Failure =>
  new Failure(
    'SystemUnavailable',
    `The table does not answer (${unavailable}), and without it Gantry starts and judges no task.`,
  );

/** Returns the record of a task; undefined if no try has wanted to start it. Throws SystemUnavailable if the table does not answer. */
export async function readTaskRecord(target: Target, id: string): Promise<TaskRecord | undefined> {
  const found = await getItem(taskRecordKey(target, id));
  if (isTableUnavailable(found)) throw createTableFailure(found);
  return found === undefined ? undefined : taskRecordSchema.parse(found);
}

/**
 * Records that Gantry is about to ask ECS to run the task. Returns false if a record exists already, from another try or from an earlier attempt of this
 * write. Throws SystemUnavailable if the table does not answer.
 */
export async function recordTaskIntent(target: Target, task: TaskIdentity, now: Date): Promise<boolean> {
  const record: TaskRecord = { ...task, intendedAt: now.toISOString() };
  const written = await putItem(
    taskRecordKey(target, task.id),
    { ...record, ...taskRecordExpiry(record) },
    { text: 'attribute_not_exists(pk)' },
  );
  if (isTableUnavailable(written)) throw createTableFailure(written);
  return written === 'written';
}

/** Adds new facts to a record. Throws SystemUnavailable if the table does not answer. */
export async function updateTaskRecord(
  target: Target,
  id: string,
  change: Pick<TaskRecord, 'task' | 'stopRequestedAt' | 'result'>,
): Promise<void> {
  const fields = Object.entries(change).filter(([, value]) => value !== undefined);
  const updated = await updateItem(taskRecordKey(target, id), {
    update: `SET ${fields.map(([name]) => `#${name} = :${name}`).join(', ')}`,
    condition: 'attribute_exists(pk)',
    names: Object.fromEntries(fields.map(([name]) => [`#${name}`, name])),
    values: Object.fromEntries(fields.map(([name, value]) => [`:${name}`, value])),
  });
  if (isTableUnavailable(updated)) throw createTableFailure(updated);
}
