import { listRepositoryNames, readRepositoryPolicy } from '../../aws/installed-artifacts.ts';
import type { Config } from '../../core/config/check.ts';
import type { DoctorFacts } from './facts.ts';
import { inspectInAccount } from './live-roles.ts';
import { lookUp, parsePolicyText } from './lookup.ts';
import { formatPlace, isListedRepository, listRepositoryPlaces, type RepositoryPlace } from './repository-places.ts';

/** Reads the policies of the repositories that images may come from, in the account of the caller's credentials. */
export async function inspectRepositories(
  config: Config,
  own: string | undefined,
): Promise<Pick<DoctorFacts, 'repositories'>> {
  const read = listRepositoryPlaces(config).map(async (place) => {
    const found = await inspectInAccount(own, place.account, () =>
      lookUp({ thing: `list of repositories in ${place.region}`, account: place.account }, () => readPolicies(place)),
    );
    return [formatPlace(place), found] as const;
  });
  return { repositories: new Map(await Promise.all(read)) };
}

/** Reads the policies one after another, because an account can have hundreds of repositories and ECR limits the rate of calls. */
async function readPolicies(place: RepositoryPlace) {
  const names = (await listRepositoryNames(place.region)).filter((name) => isListedRepository(place, name));
  const policies = new Map<string, ReturnType<typeof parsePolicyText>>();
  for (const name of names) policies.set(name, parsePolicyText((await readRepositoryPolicy(place.region, name)) ?? ''));
  return policies;
}
