import type { TableKey } from '../model/table-keys.ts';
import type { WaitPlan } from '../model/wait-plan.ts';

/** The shortest wait between two checks of a task, in seconds: at most two calls a minute. */
export const minTaskWaitSeconds = 30;

/** The time by which the extended lease outlasts the wait, in seconds. A normal lease outlasts a wait of one minute by the same time. */
const leaseMarginSeconds = 120;

/**
 * Returns the longest wait between two checks, in seconds. It grows after an hour and reaches five minutes after five hours. So the tasks, the rollout and
 * the rollback of a whole day, with all retries, fit into 25,000 history events (test/history-limit.test.ts).
 */
export const calculateLongestTaskWaitSeconds = (since: Date, now: Date): number =>
  Math.round(Math.min(Math.max((now.getTime() - since.getTime()) / 60_000, 60), 300));

/** Returns for how many seconds the lease is extended at a check. */
export const calculateLeaseSeconds = (since: Date, now: Date): number =>
  calculateLongestTaskWaitSeconds(since, now) + leaseMarginSeconds;

/** The task that an execution waits for. `end`: when its time limit ends, if a check is needed at that time. */
export interface TaskWait {
  since: Date;
  now: Date;
  end?: Date | undefined;
  /** The record of the task; absent if no event of the task reaches Gantry. */
  key?: TableKey | undefined;
  task: string;
}

/** How much older ECS's answers can be than its events, in ms. A check may miss a change whose event came this shortly before the check. */
const maxStalenessMs = 3000;

/** Plans the wait until the next check of a task. Without events it polls: at first every 30 s, later once a minute and more rarely. */
export function planTaskWait({ since, now, end, key, task }: TaskWait): WaitPlan {
  const elapsedSeconds = (now.getTime() - since.getTime()) / 1000;
  const longest = calculateLongestTaskWaitSeconds(since, now);
  const polled = Math.min(Math.max(Math.round(elapsedSeconds / 20), minTaskWaitSeconds), longest);
  const remaining = end === undefined ? longest : Math.ceil((end.getTime() - now.getTime()) / 1000);
  const waitSeconds = Math.max(Math.min(key === undefined ? polled : longest, remaining), minTaskWaitSeconds);
  if (key === undefined) return { waitSeconds };
  const checkedAt = new Date(now.getTime() - maxStalenessMs).toISOString();
  // If the token cannot be written, the execution polls.
  return { waitSeconds, recheckSeconds: polled, subscription: { ...key, checkedAt, deployment: task } };
}

/** How long a task can be missing from ListTasks after RunTask, in ms: the API is eventually consistent (botocore ecs, RunTask). */
const maxListDelayMs = 10_000;

/** Returns how long a retry waits before it searches for the task of an earlier try, in ms. */
export const calculateIntentWaitMs = (intendedAt: string, now: Date): number =>
  Math.min(Math.max(Date.parse(intendedAt) + maxListDelayMs - now.getTime(), 0), maxListDelayMs);
