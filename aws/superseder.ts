import type { Target } from '../core/model/release.ts';
import { identifyService } from '../core/model/table-keys.ts';
import { findSuperseder } from '../core/reporting/superseder.ts';
import { findNewerDeployment, type RolloutObservation } from '../core/rollout/observation.ts';
import { isTableUnavailable } from './dynamodb.ts';
import { readLedgerEntries } from './ledger.ts';

/** More executions than can deploy to a service while one watches its rollout: each waits for the lease of the one before. */
const maxEntriesRead = 50;

/** Adds which other execution of Gantry started the deployment that is newer than ours. `execution`: the ARN of this one. */
export async function addSuperseder(
  observation: RolloutObservation,
  { target, execution }: { target: Target; execution: string },
): Promise<RolloutObservation> {
  const deployment = findNewerDeployment(observation);
  if (deployment === undefined) return observation;
  const entries = await readLedgerEntries(identifyService(target), maxEntriesRead);
  if (isTableUnavailable(entries)) return { ...observation, superseder: 'unknown' };
  const { newestImages, newestRegisteredBy: registeredBy } = observation;
  const images = newestImages?.map(({ image }) => image);
  return { ...observation, superseder: findSuperseder({ deployment, registeredBy, images }, entries, execution) };
}
