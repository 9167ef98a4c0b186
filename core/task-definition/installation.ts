import type { Config } from '../config/check.ts';
import { defaultStage, resourceNames } from '../config/resource-names.ts';
import type { Tag } from './raw.ts';
import { findExecutionTag } from './tags.ts';

/** An installation of Gantry. `name` is the beginning of the names of its resources, such as `shop-production`. */
export interface Installation {
  account: string;
  region: string;
  name: string;
}

/** Returns the installation that a configuration and a stage declare. */
export const getOwnInstallation = (config: Config, stage: string = defaultStage): Installation => ({
  ...config.build,
  name: resourceNames(config, stage).prefix,
});

const executionPattern = /^arn:[^:]*:states:([^:]*):([^:]*):execution:(.+)-(?:deploy|rollback):/;

/**
 * Returns the other installation that registered a revision with these tags. Undefined if this installation registered the revision, or if no installation
 * did. Each installation has its own table, so two installations do not see each other's leases.
 */
export function findOtherInstallation(tags: Tag[], own: Installation): Installation | undefined {
  const found = findInstallationOfExecution(findExecutionTag(tags) ?? '');
  return found === undefined || isSameInstallation(found, own) ? undefined : found;
}

/** Returns the installation that an execution belongs to; undefined if the ARN is not that of a release or a rollback. */
export function findInstallationOfExecution(execution: string): Installation | undefined {
  const [, region, account, name] = executionPattern.exec(execution) ?? [];
  if (region === undefined || account === undefined || name === undefined) return undefined;
  return { account, region, name };
}

/** Whether two installations are the same: they have the same name in the same account and Region. */
export const isSameInstallation = (one: Installation, other: Installation): boolean =>
  one.region === other.region && one.account === other.account && one.name === other.name;

/** Names an installation in a message. */
export const formatInstallation = ({ account, region, name }: Installation): string =>
  `${name} in the account ${account}, ${region}`;
