/** The time after which the result is reported at the latest, in ms. A rollback starts tasks that have run before, so it usually finishes in minutes. */
const reportAfterMs = 30 * 60_000;

/** A job gets its result within a minute of its deadline, so no check of the rollback begins more than this time after the deadline. In ms. */
const reportGraceMs = 30_000;

/** Returns the time until which a pipeline's job can wait for the end of a rollback. */
export const calculateReportDeadline = (deadline: Date): Date => new Date(deadline.getTime() + reportGraceMs);

/** Returns when the result is reported although the rollback is not finished. `since`: when the rollout failed; `latest`: present if a job waits. */
export const calculateReportTime = ({ since, latest }: { since: Date; latest?: Date | undefined }): Date =>
  new Date(Math.min(since.getTime() + reportAfterMs, latest?.getTime() ?? Number.POSITIVE_INFINITY));

/** Returns when a job's result is due at the latest; undefined if no job waits for the result any more. */
export const calculateJobReportTime = ({
  job,
  report,
  pause,
  release,
}: {
  job?: unknown;
  report?: unknown;
  /** Present if Gantry has reported to the job that the deployment waits for a person. */
  pause?: unknown;
  release: { deadline: string };
}): Date | undefined =>
  job === undefined || report !== undefined || pause !== undefined
    ? undefined
    : calculateReportDeadline(new Date(release.deadline));
