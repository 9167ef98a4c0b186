import { getItem, isTableUnavailable } from '../aws/dynamodb.ts';
import { findExecution } from '../aws/sfn-executions.ts';
import { Failure } from '../core/errors/failure.ts';
import type { Target } from '../core/model/release.ts';
import { leaseKey } from '../core/model/table-keys.ts';
import { isLeaseUnreleased, type Lease, leaseSchema } from '../core/service/lease.ts';

/** The execution that is changing a service now, and the time until which its lease lasts (ISO 8601, UTC). `unknown` if the table does not answer. */
export type LeaseStatus = { holder: string; until: string } | 'free' | 'unknown';

/**
 * Reads which execution holds the lease of a target. Compares no times, because the user's clock can be wrong by more than the length of a lease. An unreleased
 * lease is free if its holder has ended. If the user is not allowed to describe the holder, the lease counts as held, as the table says.
 */
export async function readLeaseStatus(target: Target): Promise<LeaseStatus> {
  const found = await getItem(leaseKey(target));
  if (isTableUnavailable(found)) return 'unknown';
  const held: Lease | undefined = leaseSchema.safeParse(found).data;
  if (held === undefined || !isLeaseUnreleased(held)) return 'free';
  const { holder, until } = held;
  return (await isExecutionRunning(holder)) ? { holder, until } : 'free';
}

async function isExecutionRunning(execution: string): Promise<boolean> {
  const found = await findExecution(execution).catch((error: unknown) => {
    if (error instanceof Failure) return { status: 'RUNNING' };
    throw error;
  });
  return found?.status === 'RUNNING';
}
