import type { Config } from '../../core/config/check.ts';
import { listRepositoryArns } from '../../core/image/sources.ts';
import { matchesAnyPattern } from '../../core/parsing/pattern.ts';
import type { LookupResult, Policy } from './role-facts.ts';

/** The ECR repositories of one account and Region that `repositories` and `registries` allow images from. `patterns` are names; `*` matches any characters. */
export interface RepositoryPlace {
  account: string;
  region: string;
  patterns: string[];
}

/** The policies of these repositories, by the repository's name. A repository without a policy has one without statements. */
export type RepositoryPolicies = LookupResult<Map<string, Policy>>;

export const formatPlace = ({ account, region }: RepositoryPlace): string => `account ${account} in ${region}`;

/**
 * Returns the accounts and Regions of the repositories that Gantry does not create. `repositories` can be in every Region of the build account, so the result
 * contains the Regions of the pipelines and of the targets.
 */
export function listRepositoryPlaces({ build, repositories, registries, targets }: Config): RepositoryPlace[] {
  const regions = [...new Set([build.region, ...targets.map(({ region }) => region)])];
  const entries = listRepositoryArns({ build, repositories, registries }).flatMap((arn) => {
    const [, , , region = '', account = '', resource = ''] = arn.split(':');
    const pattern = resource.slice('repository/'.length);
    return (region === '*' ? regions : [region]).map((one) => ({ account, region: one, patterns: [pattern] }));
  });
  const places = new Map<string, RepositoryPlace>();
  for (const { patterns, ...place } of entries) {
    const known = places.get(formatPlace({ ...place, patterns: [] }))?.patterns ?? [];
    places.set(formatPlace({ ...place, patterns: [] }), { ...place, patterns: [...known, ...patterns] });
  }
  return [...places.values()];
}

/** Whether images may come from the repository with this name. */
export const isListedRepository = ({ patterns }: RepositoryPlace, name: string): boolean =>
  matchesAnyPattern(name, patterns);
