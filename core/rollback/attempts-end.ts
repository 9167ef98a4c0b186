/** The attempts end this long after the execution's start, half an hour before Step Functions ends `rollback` (its `TimeoutSeconds`). In ms. */
export const longestExecutionMs = 25.5 * 3600_000;

/** A deployment that waited for a person for days can fail after that time. Its rollback is tried for at least this time, in ms. */
const shortestAttemptsMs = 2 * 3600_000;

/** Returns the time until which a rollback is tried. `since`: when its rollout failed; `started`: when the execution began. */
export const calculateAttemptsEnd = ({ since, started = since }: { since: Date; started?: Date | undefined }): Date =>
  new Date(Math.max(started.getTime() + longestExecutionMs, since.getTime() + shortestAttemptsMs));
