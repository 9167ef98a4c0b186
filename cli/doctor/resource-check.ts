import { type Check, type CheckOutcome, failedOutcome, okOutcome, skippedOutcome } from './check-result.ts';
import type { DoctorFacts, LookupResult } from './facts.ts';

type ResourceProblem = Required<Pick<CheckOutcome, 'says' | 'policy' | 'statement' | 'fix'>>;

interface ResourceCheck<Found> extends Pick<Check, 'link' | 'about' | 'title'> {
  /** The part of the facts that is looked at. */
  read(facts: DoctorFacts): LookupResult<Found>;
  /** It is about what is there, of which a declaration says nothing. */
  onlyLive?: true;
  /** What is wrong with it, or undefined where nothing is. */
  wrong(found: Found, facts: DoctorFacts): ResourceProblem | undefined | Promise<ResourceProblem | undefined>;
  /** This check is the one that tells of a missing thing; to all others on the same link a missing thing is nothing to judge. */
  tellsMissing?: Omit<ResourceProblem, 'says'>;
}

/** A check of one thing that was found. */
export const createResourceCheck = <Found>({
  link,
  about,
  title,
  read,
  onlyLive,
  wrong,
  tellsMissing,
}: ResourceCheck<Found>): Check => ({
  link,
  about,
  title,
  async run(facts) {
    if (onlyLive && !facts.live) return skippedOutcome(title, 'only --live can tell');
    const looked = read(facts);
    if ('unread' in looked) return skippedOutcome(title, looked.unread);
    if ('missing' in looked)
      return tellsMissing === undefined
        ? skippedOutcome(title, looked.missing)
        : failedOutcome(looked.missing, tellsMissing);
    const found = await wrong(looked.found, facts);
    return found === undefined ? okOutcome(title) : { state: 'NG', ...found };
  },
});
