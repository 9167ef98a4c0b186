import type { Config } from '../../core/config/check.ts';
import { matchesPattern } from '../../core/parsing/pattern.ts';
import type { SystemDeclaration } from '../../infra/system.ts';
import { type Check, type CheckOutcome, failedOutcome, okOutcome, skippedOutcome } from './check-result.ts';
import type { DoctorFacts } from './facts.ts';
import { formatNames } from './format-names.ts';
import {
  createAdmittingStatement,
  isRepositoryUserAdmitted,
  listRepositoryUsers,
  type RepositoryUser,
} from './repository-access.ts';
import { formatPlace, listRepositoryPlaces, type RepositoryPlace } from './repository-places.ts';
import type { Policy } from './role-facts.ts';

/** The policies of the repositories that images may come from. Gantry does not create these repositories. */
export const repositoryChecks = (config: Config, system: SystemDeclaration): Check[] =>
  listRepositoryPlaces(config).flatMap((place) => {
    const users = listRepositoryUsers(config, system, place);
    return users.length === 0 ? [] : [checkRepositories(place, users)];
  });

function checkRepositories(place: RepositoryPlace, users: RepositoryUser[]): Check {
  const title = `the policies of the repositories ${formatNames(place.patterns)} of ${formatPlace(place)} admit the accounts that use them`;
  return {
    link: 'pull',
    about: 'repositories',
    title,
    async run({ live, repositories, at }: DoctorFacts): Promise<CheckOutcome> {
      if (!live) return skippedOutcome(title, 'only --live can check this');
      const read = repositories.get(formatPlace(place)) ?? { unread: 'the repositories were not read' };
      if ('unread' in read) return skippedOutcome(title, read.unread);
      if ('missing' in read || read.found.size === 0) return okOutcome(`${title}: there are none`);
      return judge(place, await listAccess({ place, users, at }, read.found), title);
    },
  };
}

/** A repository, and the accounts that its policy does not admit. */
interface RepositoryAccess {
  name: string;
  lacking: RepositoryUser[];
  /** Nobody can release from the repository: Gantry cannot read it, or no target can pull from it. */
  isUseless: boolean;
}

async function listAccess(
  { place, users, at }: { place: RepositoryPlace; users: RepositoryUser[]; at: number },
  policies: Map<string, Policy>,
): Promise<RepositoryAccess[]> {
  const access = [...policies].map(async ([name, policy]) => {
    const admitted = await Promise.all(
      users.map((user) => isRepositoryUserAdmitted(place, { name, policy, at }, user)),
    );
    const lacking = users.filter((_, at) => !admitted[at]);
    const pullers = users.filter(({ needsEach }) => !needsEach);
    const isUnread = lacking.some(({ needsEach }) => needsEach);
    return { name, lacking, isUseless: isUnread || pullers.every((user) => lacking.includes(user)) };
  });
  return Promise.all(access);
}

/**
 * A pattern can match repositories that no release uses. So a missing statement in one repository's policy is a failure only if nobody can release from any
 * repository that the same pattern matches. Otherwise the result only names the repository.
 */
function judge(place: RepositoryPlace, access: RepositoryAccess[], title: string): CheckOutcome {
  const useless = place.patterns.flatMap((pattern) => {
    const matched = access.filter(({ name }) => matchesPattern(name, pattern));
    return matched.every(({ isUseless }) => isUseless) ? matched : [];
  });
  const [first] = useless;
  if (first !== undefined) return failForRepository(place, first, [...new Set(useless.map(({ name }) => name))]);
  const lacking = access.filter((one) => one.lacking.length > 0);
  const rest = lacking.map(({ name, lacking: users }) => `that of ${name} does not admit ${formatUsers(users)}`);
  return okOutcome(`${title}${rest.map((text) => `; ${text}`).join('')}`);
}

const formatUsers = (users: RepositoryUser[]): string =>
  users.map(({ who, actions }) => `${who} (${actions.join(', ')})`).join(' and ');

function failForRepository(place: RepositoryPlace, { name, lacking }: RepositoryAccess, all: string[]): CheckOutcome {
  const others = all.length === 1 ? '' : ` The same is true of ${formatNames(all.slice(1))}.`;
  return failedOutcome(
    `the policy of the repository ${name} of ${formatPlace(place)} does not admit ${formatUsers(lacking)}.${others}`,
    {
      policy: `the repository policy of ${name}`,
      statement: 'none',
      fix: `add the statement ${JSON.stringify(createAdmittingStatement(lacking, place))} with aws ecr set-repository-policy`,
    },
  );
}
