import type { HookAnswer } from '../core/model/hook-answer.ts';
import type { Target } from '../core/model/release.ts';
import { identifyService, taskTokensKey } from '../core/model/table-keys.ts';
import type { LedgerEntry } from '../core/reporting/ledger.ts';
import { findLastWatcher, hasExecutionSlept } from '../core/waiting/sleeping-executions.ts';
import { getItem, isTableUnavailable } from './dynamodb.ts';
import { addAnswerToEntry, readLedgerEntries } from './ledger.ts';

/**
 * The number of newest entries of a service that are searched for the entry of a waiting release. The number is small, because releases of one service do
 * not overlap for long.
 */
const maxEntries = 20;

/**
 * Returns the execution whose deployment waits; undefined if Gantry did not start the deployment, or if the table does not answer. An execution that sleeps
 * has written the id of its deployment to the table. An execution that has not slept yet, because it has just begun or because it polls, has the newest
 * ledger entry without an end.
 */
export async function findWaitingRelease(target: Target, revisionArn: string | undefined): Promise<string | undefined> {
  const item = await getItem(taskTokensKey(target));
  if (isTableUnavailable(item) || revisionArn === undefined) return undefined;
  // The id of a deployment ends with the number of its service revision (core/rollout/deployment-identity.ts).
  const watcher = findLastWatcher(item, `ecs-svc/${revisionArn.split('/').at(-1)}`);
  if (watcher !== undefined) return watcher;
  const [newest] = await listOpenEntries(target);
  return newest === undefined || hasExecutionSlept(item, newest.execution) ? undefined : newest.execution;
}

async function listOpenEntries(target: Target): Promise<LedgerEntry[]> {
  const entries = await readLedgerEntries(identifyService(target), maxEntries);
  return isTableUnavailable(entries) ? [] : entries.filter(({ end }) => end === undefined);
}

/** Adds an answer to the ledger entry of the release that waited. Returns whether the entry contains the answer. */
export async function recordAnswerOfRelease(target: Target, release: string, answer: HookAnswer): Promise<boolean> {
  const entry = (await listOpenEntries(target)).find(({ execution }) => execution === release);
  if (entry === undefined) return false;
  const updated = await addAnswerToEntry(entry, answer);
  return updated !== 'refused' && !isTableUnavailable(updated);
}
