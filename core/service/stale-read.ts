/**
 * How long DescribeServices can still show the old state after a write, in ms. AWS documents ECS as eventually consistent (API reference, RunTask),
 * but gives no number. This is twice the time that the emulator uses (docs/assumptions.md, service-stale).
 */
export const maxStaleReadMs = 10_000;

/** An execution that is about to read the service and to change it afterwards. */
interface UpcomingRead {
  now: Date;
  /** The number of the state's earlier tries. Each try can have changed the service until it ended, and this try began after that end. */
  retries: number;
  /**
   * The lease as this try found it. If the lease was released, an earlier run of the same state has changed the service, because Lambda can run a function
   * twice.
   */
  lease?: { released?: true | undefined } | undefined;
  /** When the execution last changed the service, if that is known. ISO 8601. */
  changedAt?: string | undefined;
}

/** Returns how long to wait, in ms, until DescribeServices shows this execution's own changes. The lease ensures the same for the changes of others. */
export function calculateStaleReadWaitMs({ now, retries, lease, changedAt }: UpcomingRead): number {
  if (retries > 0 || lease?.released === true) return maxStaleReadMs;
  const sinceChange = changedAt === undefined ? maxStaleReadMs : now.getTime() - Date.parse(changedAt);
  return Math.min(Math.max(maxStaleReadMs - sinceChange, 0), maxStaleReadMs);
}
