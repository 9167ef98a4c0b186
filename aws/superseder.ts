import type { Target } from '../core/model/release.ts';
import { identifyService } from '../core/model/table-keys.ts';
import { findSuperseder } from '../core/reporting/superseder.ts';
import { findNewerDeployment, type RolloutObservation } from '../core/rollout/observation.ts';
import type { TargetSession } from '../core/service/session-policy.ts';
import type { Installation } from '../core/task-definition/installation.ts';
import { isTableUnavailable } from './dynamodb.ts';
import { createTargetEcsClient } from './ecs.ts';
import { readLedgerEntries } from './ledger.ts';
import { readNewestRevision } from './newest-revision.ts';

/**
 * The maximum number of entries that are read. Fewer executions can deploy to a service while one execution watches its rollout, because each waits for the
 * lease of the one before.
 */
const maxEntriesRead = 50;

/** The execution that was superseded, and its installation. */
export interface SupersededExecution {
  target: Target;
  session: TargetSession;
  now: Date;
  installation: Installation;
}

/** Adds the other execution of Gantry that started the newer deployment. */
export async function addSuperseder(
  given: RolloutObservation,
  { target, session, now, installation }: SupersededExecution,
): Promise<RolloutObservation> {
  const deployment = findNewerDeployment(given);
  if (deployment === undefined) return given;
  const client = await createTargetEcsClient(target, session, now);
  const observation = given.newestImages ? given : { ...given, ...(await readNewestRevision(client, deployment)) };
  const entries = await readLedgerEntries(identifyService(target), maxEntriesRead);
  const known = isTableUnavailable(entries) ? [] : entries;
  const found = findSuperseder(observation, deployment, { entries: known, execution: session.execution, installation });
  return { ...observation, superseder: found ?? (isTableUnavailable(entries) ? 'unknown' : undefined) };
}
