import type { Config } from '../core/config/check.ts';
import { defaultStage } from '../core/config/resource-names.ts';
import { Failure } from '../core/errors/failure.ts';
import { formatArn } from '../core/parsing/partition.ts';
import type { EventRuleDeclaration } from './event-rule.ts';
import { resolveInstallation } from './installation.ts';
import { type RoleDeclaration, splitRoleName } from './policy.ts';
import { declareForwardingRules } from './system-forwarding.ts';
import { declareTargetRoles } from './system-targets.ts';

type Template = Record<string, unknown>;

const keyArnPlaceholder = '${ArtifactKeyArn}';

/**
 * The resources of one target account as a CloudFormation template, for organizations that do not allow one tool to change every account.
 * `sst deploy` uses the same data. Throws a ConfigurationError for a target that does not exist.
 */
export function createTargetTemplate(config: Config, name: string, stage: string = defaultStage): Template {
  const installation = resolveInstallation(config, stage, keyArnPlaceholder);
  const target = installation.config.targets.find((one) => one.name === name);
  if (target === undefined) {
    const names = config.targets.map((one) => one.name).join(', ');
    throw new Failure('ConfigurationError', `No target is named "${name}" in gantry.config.ts; there are: ${names}.`);
  }
  const resources = [
    ...declareTargetRoles(installation, target).map(roleResource),
    ...declareForwardingRules(installation, target).map(ruleResource),
  ];
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `What account ${target.account} (${target.region}) needs for Gantry (${config.name}) to deploy from account ${config.build.account}`,
    Parameters: JSON.stringify(resources).includes(parameterName) ? { [parameterName]: keyParameter(config) } : {},
    Resources: Object.fromEntries(resources),
  };
}

/** The parameter of a template whose policies name the artifact key. */
const parameterName = 'ArtifactKeyArn';

const keyParameter = ({ build }: Config) => ({
  Type: 'String',
  Description: "The artifact key's ARN, not its alias: the output artifactKey of sst deploy in the build account",
  AllowedPattern: formatArn('kms', build, 'key/.+'),
});

const roleResource = ({ name, description, trust, policies }: RoleDeclaration): [string, object] => [
  logicalId(name, 'Role'),
  {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName: splitRoleName(name).name,
      Path: splitRoleName(name).path,
      Description: description,
      AssumeRolePolicyDocument: trust,
      Policies: Object.entries(policies).map(([PolicyName, policy]) => ({
        PolicyName,
        PolicyDocument: replaceKeyArn(policy),
      })),
    },
  },
];

const ruleResource = ({ name, description, pattern, target }: EventRuleDeclaration): [string, object] => [
  logicalId(name, 'Rule'),
  {
    Type: 'AWS::Events::Rule',
    Properties: {
      Name: name,
      Description: description,
      EventPattern: pattern,
      Targets: [{ Id: target.id, Arn: target.arn, RoleArn: target.roleArn }],
    },
  },
];

/** A logical id holds letters and digits only. */
const logicalId = (name: string, kind: string): string =>
  `${name
    .split(/[^A-Za-z0-9]/)
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('')}${kind}`;

function replaceKeyArn(value: unknown): unknown {
  if (value === keyArnPlaceholder) return { Ref: 'ArtifactKeyArn' };
  if (Array.isArray(value)) return value.map(replaceKeyArn);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, replaceKeyArn(inner)]));
}
