import * as z from 'zod';
import { maxSleepSeconds } from './subscription.ts';

/** An execution that sleeps until an event of a service arrives, as its state Wait For Event writes it to the service's item in the table. */
export interface SleepingExecution {
  /** The execution's ARN, which is the name of the attribute. */
  arn: string;
  token: string;
  /** When the last check before the sleep began (ISO 8601, UTC). */
  checkedAt: string;
  /** The id of the deployment that the execution watches. */
  deployment: string;
  /** The maximum length of the sleep, in seconds. An earlier version of the state machine does not write this field. */
  waitSeconds?: number | undefined;
  /** The id of the release's own deployment, if the execution now watches the deployment that rolls it back. */
  rollout?: string | undefined;
}

/** The stored attributes. `looked` keeps its name, because executions of an older version of the state machine still write it. */
const sleepingExecutionSchema = z
  .object({
    token: z.string(),
    looked: z.string(),
    deployment: z.string(),
    rollout: z.string().optional(),
    wait: z.number().optional(),
  })
  .transform(({ looked, wait, ...stored }) => ({ ...stored, checkedAt: looked, waitSeconds: wait }));
const recordedEventsSchema = z
  .object({
    noticed: z.string(),
    began: z.string(),
    begun: z.string(),
    beganBefore: z.string(),
    begunBefore: z.string(),
  })
  .partial();

const anyItemSchema = z.record(z.string(), z.unknown()).catch({});

/** Returns the executions in a service's item, including executions whose sleep has already ended. */
export const parseSleepingExecutions = (item: Record<string, unknown>): SleepingExecution[] =>
  Object.entries(item).flatMap(([arn, value]) => {
    const found = arn.startsWith('arn:') ? sleepingExecutionSchema.safeParse(value).data : undefined;
    return found === undefined ? [] : [{ arn, ...found }];
  });

/**
 * The longest time from the start of a check to the end of the sleep after it, in ms: a check of one minute, the sleep, and 30 s for the difference
 * between two clocks.
 */
const sleepExpiryMs = (waitSeconds: number): number => (60 + waitSeconds + 30) * 1000;

const isExpired = ({ checkedAt, waitSeconds = maxSleepSeconds }: SleepingExecution, now: Date): boolean =>
  now.getTime() - Date.parse(checkedAt) > sleepExpiryMs(Math.max(waitSeconds, maxSleepSeconds));

/**
 * Returns the executions that an event must wake. `item`: the item before the event was recorded. Leaves out two kinds of executions. An earlier event has
 * already woken the first kind: that event was recorded after the execution's last check. The second kind watches the deployment `begun`, whose start the
 * event reports.
 */
export function findExecutionsToWake(
  item: Record<string, unknown>,
  begun: string | undefined,
  now: Date,
): SleepingExecution[] {
  const recorded = recordedEventsSchema.safeParse(item).data ?? {};
  const { noticed = '', began = '', beganBefore = '' } = recorded;
  const wasWoken = ({ checkedAt, deployment }: SleepingExecution) =>
    noticed >= checkedAt ||
    (began >= checkedAt && recorded.begun !== deployment) ||
    (beganBefore >= checkedAt && recorded.begunBefore !== deployment);
  return parseSleepingExecutions(item).filter(
    (one) => !isExpired(one, now) && !wasWoken(one) && one.deployment !== begun,
  );
}

/** Whether an execution watches this deployment, or the deployment that rolls it back. */
export const isWatcherOf = ({ deployment, rollout }: SleepingExecution, deploymentId: string): boolean =>
  [deployment, rollout].includes(deploymentId);

/**
 * Returns the ARNs of the executions that wait, or waited last, for events of this deployment or of its rollback, according to a service's item
 * (unknown content, or undefined).
 */
export const findWatchers = (item: unknown, deploymentId: string | undefined): string[] =>
  parseSleepingExecutions(anyItemSchema.parse(item))
    .filter((one) => deploymentId !== undefined && isWatcherOf(one, deploymentId))
    .map(({ arn }) => arn);

/** Returns the ARN of the execution that waited last for events of this deployment, or of its rollback; undefined if no execution waited. */
export const findLastWatcher = (item: unknown, deploymentId: string): string | undefined =>
  parseSleepingExecutions(anyItemSchema.parse(item))
    .filter((one) => isWatcherOf(one, deploymentId))
    .toSorted((one, other) => other.checkedAt.localeCompare(one.checkedAt))[0]?.arn;

/** Whether an execution waits or has waited for events, according to a service's item. */
export const hasExecutionSlept = (item: unknown, execution: string): boolean =>
  parseSleepingExecutions(anyItemSchema.parse(item)).some(({ arn }) => arn === execution);

/** Returns the id of the deployment whose start was recorded last in a service's item; undefined if no start was recorded. */
export const findLastStartedDeployment = (item: unknown): string | undefined =>
  recordedEventsSchema.safeParse(item).data?.begun;

/** Returns when the last event of the service was recorded, from the service's item; undefined if no event was recorded. */
export function findLastEventTime(item: unknown): string | undefined {
  const { noticed, began } = recordedEventsSchema.safeParse(item).data ?? {};
  return [noticed, began]
    .filter((time) => time !== undefined)
    .toSorted()
    .at(-1);
}

/** The largest number of expired attributes that stay in an item. Each has about one KB, and every write of the item is billed by its size. */
const maxExpiredAttributes = 8;

/** Returns the names of the expired attributes if there are too many; otherwise an empty list. */
export function listAttributesToRemove(item: Record<string, unknown>, now: Date): string[] {
  const over = parseSleepingExecutions(item).filter((one) => isExpired(one, now));
  return over.length > maxExpiredAttributes ? over.map(({ arn }) => arn) : [];
}
