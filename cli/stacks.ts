import type { PackagedFunction } from '../bundle/package-functions.ts';
import type { Config } from '../core/config/check.ts';
import { configForStage, resourceNames } from '../core/config/resource-names.ts';
import { createBuildTemplate } from '../infra/template/build-template.ts';
import { createTargetTemplate } from '../infra/template/target-template.ts';
import { readPackageFile } from './package-root.ts';
import type { PlannedStack } from './stack-commands.ts';

/** The stack of the build account, whose template names the zips of these functions. Throws a ConfigurationError if CloudFormation would refuse the template. */
export const planBuildStack = (config: Config, stage: string, functions: PackagedFunction[]): PlannedStack => ({
  name: resourceNames(config, stage).prefix,
  account: config.build.account,
  region: config.build.region,
  file: 'build.json',
  template: createBuildTemplate(config, stage, {
    codeDigests: new Map(functions.map(({ file, digest }) => [file, digest])),
    readDefinition: readPackageFile,
  }),
});

/** The stack of a target. Throws a ConfigurationError for a target that does not exist. */
export function planTargetStack(config: Config, stage: string, name: string): PlannedStack {
  const template = createTargetTemplate(config, name, stage);
  const { account = '', region = '' } =
    configForStage(config, stage).targets.find((target) => target.name === name) ?? {};
  return { name: resourceNames(config, stage).of(name), account, region, file: `target-${name}.json`, template };
}
