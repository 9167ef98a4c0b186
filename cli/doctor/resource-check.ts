import { type Check, type CheckOutcome, failedOutcome, okOutcome, skippedOutcome } from './check-result.ts';
import type { DoctorFacts, LookupResult } from './facts.ts';

type ResourceProblem = Required<Pick<CheckOutcome, 'says' | 'policy' | 'statement' | 'fix'>>;

interface ResourceCheck<Found> extends Pick<Check, 'link' | 'about' | 'title'> {
  /** The part of the facts to check. */
  read(facts: DoctorFacts): LookupResult<Found>;
  /** Checks only the real resource, so the result for a declaration is neither pass nor fail. */
  onlyLive?: true;
  /** The problem, or undefined if there is none. */
  wrong(found: Found, facts: DoctorFacts): ResourceProblem | undefined | Promise<ResourceProblem | undefined>;
  /** Set for the one check that fails if the resource is missing. The other checks of the resource are then skipped. */
  reportsMissing?: Omit<ResourceProblem, 'says'>;
}

/** A check of one resource. */
export const createResourceCheck = <Found>({
  link,
  about,
  title,
  read,
  onlyLive,
  wrong,
  reportsMissing,
}: ResourceCheck<Found>): Check => ({
  link,
  about,
  title,
  async run(facts) {
    if (onlyLive && !facts.live) return skippedOutcome(title, 'only --live can check this');
    const lookup = read(facts);
    if ('unread' in lookup) return skippedOutcome(title, lookup.unread);
    if ('missing' in lookup)
      return reportsMissing === undefined
        ? skippedOutcome(title, lookup.missing)
        : failedOutcome(lookup.missing, reportsMissing);
    const found = await wrong(lookup.found, facts);
    return found === undefined ? okOutcome(title) : { state: 'NG', ...found };
  },
});
