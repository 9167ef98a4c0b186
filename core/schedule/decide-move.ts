import { parseRevisionName } from '../parsing/arn.ts';
import { familyOfRevision, parseRevisionNumber } from '../task-definition/raw.ts';

/** The revisions of a scheduled task (ARNs): the one that it runs now, the one that it ran when Check Target ran, and the one that it has to run. */
export interface ScheduleMoveFacts {
  /** The schedule's name in messages: `the schedule default/nightly`. */
  name: string;
  current: string;
  /** Undefined if the target did not exist when the release was checked. */
  observed: string | undefined;
  wanted: string;
}

export type ScheduleMoveDecision =
  | { do: 'move'; from: string }
  /** `from`: an earlier try of this state has moved it. */
  | { do: 'keep'; from?: string }
  | { do: 'leave'; warning: string };

/** Whether another release moved the task during this release, to a revision between the observed revision and the wanted revision. */
const isOvertaken = ({ current, observed = '', wanted }: ScheduleMoveFacts): boolean =>
  parseRevisionNumber(observed) < parseRevisionNumber(current) &&
  parseRevisionNumber(current) < parseRevisionNumber(wanted);

/** Decides what to do with a scheduled task after a successful release. A task that somebody else changed during the release stays as it is. */
export function decideScheduleMove(question: ScheduleMoveFacts): ScheduleMoveDecision {
  const { name, current, observed, wanted } = question;
  const leave = (why: string): ScheduleMoveDecision => ({ do: 'leave', warning: `Not moved: ${name} ${why}` });
  if (current === wanted)
    return observed === undefined || observed === wanted ? { do: 'keep' } : { do: 'keep', from: observed };
  if (familyOfRevision(current) !== familyOfRevision(wanted))
    return leave(
      `runs ${parseRevisionName(current)} now, which is of another family than ${parseRevisionName(wanted)}.`,
    );
  if (parseRevisionNumber(current) === 0)
    return leave(`names no revision of ${parseRevisionName(current)}, so it runs the newest ACTIVE one.`);
  if (observed === undefined) return leave('did not run this family when the release was checked.');
  if (current === observed || isOvertaken(question)) return { do: 'move', from: current };
  return leave(
    `was changed during the release from ${parseRevisionName(observed)} to ${parseRevisionName(current)}, and keeps that revision.`,
  );
}
