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
 * Returns the other installation that registered a revision with these tags. Undefined if this installation did, or if Gantry did not. Two installations
 * have tables of their own, so neither sees the lease of the other.
 */
export function findOtherInstallation(tags: Tag[], own: Installation): Installation | undefined {
  const [, region, account, name] = executionPattern.exec(findExecutionTag(tags) ?? '') ?? [];
  if (region === undefined || account === undefined || name === undefined) return undefined;
  const isOwn = region === own.region && account === own.account && name === own.name;
  return isOwn ? undefined : { account, region, name };
}

/** Names an installation in a message. */
export const formatInstallation = ({ account, region, name }: Installation): string =>
  `${name} in the account ${account}, ${region}`;
