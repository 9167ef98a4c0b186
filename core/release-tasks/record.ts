import * as z from 'zod';
import type { Target } from '../model/release.ts';
import { type TaskPhase, taskPhases } from '../model/release-task.ts';
import { identifyService, partitionKey, type TableKey } from '../model/table-keys.ts';

/** One task of one execution. `id`: a digest of the execution, the phase and the name (aws/task-records.ts), so that a retry has the same id. */
export interface TaskIdentity {
  execution: string;
  phase: TaskPhase | 'manual';
  name: string;
  id: string;
}

/**
 * The item in the table that keeps a task from running twice in an execution. Gantry writes the item before it asks ECS to run the task (`intendedAt`), and
 * again when it knows the task's ARN. Times are ISO 8601, UTC.
 */
export interface TaskRecord extends TaskIdentity {
  intendedAt: string;
  /** The task's ARN, once ECS has answered. */
  task?: string | undefined;
  /** When Gantry asked ECS to stop the task. */
  stopRequestedAt?: string | undefined;
  /** How the task ended, once Gantry has seen it. */
  result?: TaskResult | undefined;
}

export interface TaskResult {
  outcome: 'succeeded' | 'failed';
  exitCode?: number | undefined;
  endedAt: string;
  /** How the task failed, to complete "The task …". Contains no output of the container. */
  how?: string | undefined;
}

export const taskRecordSchema: z.ZodType<TaskRecord> = z.object({
  execution: z.string(),
  phase: z.enum([...taskPhases, 'manual']),
  name: z.string(),
  id: z.string(),
  intendedAt: z.iso.datetime({ offset: true }),
  task: z.string().optional(),
  stopRequestedAt: z.iso.datetime({ offset: true }).optional(),
  result: z
    .object({
      outcome: z.enum(['succeeded', 'failed']),
      exitCode: z.number().optional(),
      endedAt: z.iso.datetime({ offset: true }),
      how: z.string().optional(),
    })
    .optional(),
});

/** Returns the key of a task's record. The token of the execution that waits for the task's end is in the same item. */
export const taskRecordKey = (target: Target, id: string): TableKey => ({
  pk: partitionKey(identifyService(target)),
  sk: `task#${id}`,
});

/** The beginning of `startedBy` of every task that Gantry starts. The rule that forwards the tasks' events matches it. */
export const startedByPrefix = 'gantry/';

/**
 * Returns the `startedBy` that identifies a task in ECS: at most 128 letters, digits, hyphens, slashes and underscores (botocore ecs
 * `RunTaskRequest.startedBy`).
 */
export const formatStartedBy = ({ name, id }: Pick<TaskIdentity, 'name' | 'id'>): string =>
  `${startedByPrefix}${name}/${id}`;

/** Returns the id in a task's `startedBy`; undefined for a task that Gantry did not start. */
export const tryParseStartedBy = (startedBy: string): string | undefined =>
  /^gantry\/[a-z0-9-]{1,32}\/([0-9a-f]{32})$/.exec(startedBy)?.[1];

/** A redrive can continue an execution for 14 days (Step Functions developer guide, redrive-executions). In seconds. */
const recordLifetime = 30 * 24 * 3600;

/** Returns the attribute by which DynamoDB deletes a record (its TTL): a time in seconds since 1970. */
export const taskRecordExpiry = ({ intendedAt }: Pick<TaskRecord, 'intendedAt'>): { expires: number } => ({
  expires: Math.floor(Date.parse(intendedAt) / 1000) + recordLifetime,
});
