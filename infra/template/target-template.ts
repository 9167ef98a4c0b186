import type { Config } from '../../core/config/check.ts';
import { defaultStage } from '../../core/config/resource-names.ts';
import { Failure } from '../../core/errors/failure.ts';
import { formatArn } from '../../core/parsing/partition.ts';
import { resolveInstallation } from '../installation.ts';
import { declareForwardingRules } from '../system-forwarding.ts';
import { declareTargetRoles } from '../system-targets.ts';
import { checkTemplateLimits } from './check-template-limits.ts';
import { renderRule } from './events.ts';
import { insertKeyArn, keyArnPlaceholder } from './key-arn.ts';
import { createAfter, type Template, type TemplateEntry } from './resource.ts';
import { ruleId } from './resource-ids.ts';
import { renderRole, roleId } from './roles.ts';

/**
 * The resources of one target account as a CloudFormation template, for organizations that do not allow one tool to change every account.
 * `sst deploy` uses the same data. Throws a ConfigurationError for a target that does not exist.
 */
export function createTargetTemplate(config: Config, name: string, stage: string = defaultStage): Template {
  const keyArn = keyArnPlaceholder(config);
  const installation = resolveInstallation(config, stage, keyArn);
  const target = installation.config.targets.find((one) => one.name === name);
  if (target === undefined) {
    const names = config.targets.map((one) => one.name).join(', ');
    throw new Failure('ConfigurationError', `No target is named "${name}" in gantry.config.ts; there are: ${names}.`);
  }
  const roles = declareTargetRoles(installation, target);
  const entries = [
    ...roles.map(renderRole),
    ...declareForwardingRules(installation, target).map((rule): TemplateEntry => {
      const forwarding = roles.filter(({ arn }) => arn === rule.target.roleArn);
      return [ruleId(rule), createAfter(forwarding.map(roleId), renderRule(rule))];
    }),
  ];
  const resources = insertKeyArn(entries, keyArn, { Ref: parameterName });
  return checkTemplateLimits({
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `What account ${target.account} (${target.region}) needs for Gantry (${config.name}) to deploy from account ${config.build.account}`,
    ...(JSON.stringify(resources).includes(parameterName) && {
      Parameters: { [parameterName]: keyParameter(config) },
    }),
    Resources: Object.fromEntries(resources),
  });
}

/** The parameter of a template whose policies name the artifact key. */
const parameterName = 'ArtifactKeyArn';

const keyParameter = ({ build }: Config) => ({
  Type: 'String',
  Description:
    "The artifact key's ARN, not its alias: the output artifactKey of sst deploy, or ArtifactKeyArn of the build account's stack",
  AllowedPattern: formatArn('kms', build, 'key/.+'),
});
