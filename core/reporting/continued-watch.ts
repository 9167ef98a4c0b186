import type { ExecutionData } from './execution-data.ts';

/**
 * Whether the machine watches the rollout again after the report (`Is Rollback Pending` in deploy.asl.json): AWS did not answer until the deadline, so
 * nobody knows yet whether a rollback is needed.
 */
export const isWatchContinued = ({ error, unanswered, release, rollout, verdict }: ExecutionData): boolean =>
  unanswered !== undefined &&
  error?.Cause === unanswered.Cause &&
  rollout !== undefined &&
  release?.rollBackOnFailure === true &&
  (verdict === undefined || verdict.outcome === 'going on');
