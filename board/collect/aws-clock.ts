/** AWS's time. The computer's own clock can differ from it by any amount. */
export interface AwsClock {
  now(): Date;
  /** Tells the clock the expiration of a session. STS has created the session just now or earlier. */
  observeSession(expiration: Date): void;
  /** Tells the clock a time that AWS has recorded. */
  observeTime(time: Date | undefined): void;
}

/** The duration of a session without `DurationSeconds` (STS API reference, AssumeRole), in ms. */
const sessionMs = 3600_000;

/**
 * Creates a clock that corrects the local one. A new session expires one hour after AWS's time, and an older session expires earlier. So the largest difference
 * is the most exact. AWS's time is never before a time that AWS has recorded.
 */
export function createAwsClock(local: () => Date): AwsClock {
  let offset: number | undefined;
  let latest = 0;
  return {
    now: () => new Date(Math.max(local().getTime() + (offset ?? 0), latest)),
    observeSession(expiration) {
      const seen = expiration.getTime() - sessionMs - local().getTime();
      offset = Math.max(offset ?? seen, seen);
    },
    observeTime(time) {
      latest = Math.max(latest, time?.getTime() ?? 0);
    },
  };
}
