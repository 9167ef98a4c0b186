import type { Facts, Read } from './facts.ts';
import { type Check, type Finding, ng, ok, skip } from './finding.ts';

type Wrong = Required<Pick<Finding, 'says' | 'policy' | 'statement' | 'fix'>>;

interface Thing<Found> extends Pick<Check, 'link' | 'about' | 'title'> {
  /** The part of the facts that is looked at. */
  read(facts: Facts): Read<Found>;
  /** It is about what is there, of which a declaration says nothing. */
  onlyLive?: true;
  /** What is wrong with it, or undefined where nothing is. */
  wrong(found: Found, facts: Facts): Wrong | undefined | Promise<Wrong | undefined>;
  /** This check is the one that tells of a missing thing; to all others on the same link a missing thing is nothing to judge. */
  tellsMissing?: Omit<Wrong, 'says'>;
}

/** A check of one thing that was found. */
export const thing = <Found>({ link, about, title, read, onlyLive, wrong, tellsMissing }: Thing<Found>): Check => ({
  link,
  about,
  title,
  async run(facts) {
    if (onlyLive && !facts.live) return skip(title, 'only --live can tell');
    const looked = read(facts);
    if ('unread' in looked) return skip(title, looked.unread);
    if ('missing' in looked)
      return tellsMissing === undefined ? skip(title, looked.missing) : ng(looked.missing, tellsMissing);
    const found = await wrong(looked.found, facts);
    return found === undefined ? ok(title) : { state: 'NG', ...found };
  },
});
