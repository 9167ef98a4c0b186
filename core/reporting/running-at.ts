import type { LedgerEntry } from './ledger.ts';

/** The largest difference between ECS's clock and ours, in ms. */
export const maxSkewMs = 10_000;

/** Whether an execution ran at a time that ECS gives, such as the beginning of a deployment. The execution of an entry without an end still runs, or died. */
export const wasExecutionRunningAt = ({ start, end }: LedgerEntry, at: Date): boolean =>
  at.getTime() >= Date.parse(start) - maxSkewMs && (end === undefined || at.getTime() <= Date.parse(end) + maxSkewMs);
