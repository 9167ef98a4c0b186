import type { PackagedFunction } from '../bundle/package-functions.ts';
import type { Config } from '../core/config/check.ts';
import { configForStage, resourceNames } from '../core/config/resource-names.ts';
import type { AccountAndRegion } from '../core/parsing/partition.ts';
import { createBuildTemplate } from '../infra/template/build-template.ts';
import type { StackPlace } from '../infra/template/deployer-policy.ts';
import { createTargetTemplate } from '../infra/template/target-template.ts';
import { readPackageFile } from './package-root.ts';
import { type PlannedStack, unnamedBucket } from './stack-commands.ts';

/** A configuration and the stage of it that the stacks are for. */
export interface Installed {
  config: Config;
  stage: string;
}

function describePlace(
  { config, stage }: Installed,
  { account, region }: AccountAndRegion,
  stack: string,
  bucket: string,
): StackPlace {
  const { prefix } = resourceNames(config, stage);
  return { account, region, stack, prefix, bucket, keyPrefix: `${prefix}/` };
}

/** The stack of the build account, whose template names the zips of these functions in `bucket`. Throws a ConfigurationError if CloudFormation would refuse the template. */
export const planBuildStack = (
  installed: Installed,
  functions: PackagedFunction[],
  bucket: string = unnamedBucket,
): PlannedStack => ({
  file: 'build.json',
  place: describePlace(
    installed,
    installed.config.build,
    resourceNames(installed.config, installed.stage).prefix,
    bucket,
  ),
  template: createBuildTemplate(installed.config, installed.stage, {
    codeDigests: new Map(functions.map(({ file, digest }) => [file, digest])),
    readDefinition: readPackageFile,
  }),
});

/** The stack of a target. Throws a ConfigurationError for a target that does not exist. */
export function planTargetStack(installed: Installed, name: string): PlannedStack {
  const { config, stage } = installed;
  const template = createTargetTemplate(config, name, stage);
  const place = configForStage(config, stage).targets.find((target) => target.name === name) ?? config.build;
  const stack = resourceNames(config, stage).of(name);
  return { file: `target-${name}.json`, template, place: describePlace(installed, place, stack, unnamedBucket) };
}
