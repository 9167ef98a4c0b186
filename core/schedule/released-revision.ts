import type { ReleasePlan, Rollout, Verdict } from '../model/state-data.ts';
import { parseRevisionName } from '../parsing/arn.ts';

/** The data of a release that succeeded. */
interface EndedRelease {
  plan: Pick<ReleasePlan, 'before'>;
  /** Absent if the release changed nothing. */
  rollout?: Rollout | undefined;
  verdict?: Verdict | undefined;
}

/**
 * Returns the revision that the scheduled tasks have to run after a release: the one that it deployed, or that ran already. `replacedBy`: the service is on
 * another revision by now, which somebody else deployed or rolled back to, so the schedules are theirs.
 */
export function chooseRevisionForSchedules({ plan, rollout, verdict }: EndedRelease): {
  revision: string;
  replacedBy?: string;
} {
  const revision = (verdict?.following ?? rollout)?.taskDefinition ?? plan.before.taskDefinition;
  const now = verdict?.serviceStatus.taskDefinition ?? revision;
  return now === revision ? { revision } : { revision, replacedBy: now };
}

/** Returns the warning for schedules that a release does not move. */
export const warnAboutReplacedRevision = (revision: string, replacedBy: string): string =>
  `Not moved: the schedules of the service, because it is on ${parseRevisionName(replacedBy)} by now, and no longer on ${parseRevisionName(revision)}.`;
