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
 * Returns the revision that the scheduled tasks have to run after a release: the revision that the release deployed or that already ran. `replacedBy`: the
 * revision that somebody else has deployed or rolled back to since. In that case the release does not change the schedules.
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
