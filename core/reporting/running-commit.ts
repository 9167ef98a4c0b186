import { isFromDeployMachine, type LedgerEntry } from './ledger.ts';

/** A revision that a service runs (its ARN), and Gantry's tags on it. */
interface RunningRevision {
  taskDefinition: string;
  tags: Record<string, string>;
}

/**
 * Returns the id of the commit that a revision was released from, from the ledger entries of its service, newest first. A revision that Gantry registered
 * names its execution. Undefined if no entry is about the revision, or if its release had no commit.
 */
export function findCommitOfRevision(
  entries: LedgerEntry[],
  { taskDefinition, tags }: RunningRevision,
): string | undefined {
  const registered = entries.find(({ execution }) => execution === tags.execution);
  // A copy that a rollback registered pins the images of this revision.
  const released = tags.restores ?? taskDefinition;
  const deployed = entries.find(
    (entry) => isFromDeployMachine(entry) && entry.result === 'Succeeded' && entry.after === released,
  );
  return (registered?.commit ?? deployed?.commit)?.id;
}
