import type { Config } from '../core/config/check.ts';
import { defaultStage } from '../core/config/resource-names.ts';
import { Failure } from '../core/errors/failure.ts';
import { installationOf } from './arns.ts';
import type { EventRule } from './event-rule.ts';
import { nameAndPath, type Role } from './policy.ts';
import { targetRules } from './system-forwarding.ts';
import { targetRoles } from './system-targets.ts';

type Template = Record<string, unknown>;

const keyArn = '${ArtifactKeyArn}';

/**
 * What one target account needs, as a CloudFormation template: for organizations where one tool may not reach into every account.
 * The same data as `sst deploy` makes it from. Throws a ConfigurationError for a target that does not exist.
 */
export function targetTemplate(config: Config, name: string, stage: string = defaultStage): Template {
  const here = installationOf(config, stage, keyArn);
  const target = here.config.targets.find((one) => one.name === name);
  if (target === undefined) {
    const names = config.targets.map((one) => one.name).join(', ');
    throw new Failure('ConfigurationError', `No target is named "${name}" in gantry.config.ts; there are: ${names}.`);
  }
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `What account ${target.account} (${target.region}) needs for Gantry to deploy ${config.app} from account ${config.build.account}`,
    Parameters: {
      ArtifactKeyArn: {
        Type: 'String',
        Description: "The artifact key's ARN, not its alias: the output artifactKey of sst deploy in the build account",
        AllowedPattern: `arn:aws:kms:${config.build.region}:${config.build.account}:key/.+`,
      },
    },
    Resources: Object.fromEntries([
      ...targetRoles(here, target).map(roleResource),
      ...targetRules(here, target).map(ruleResource),
    ]),
  };
}

const roleResource = ({ name, description, trust, policies }: Role): [string, object] => [
  logical(name, 'Role'),
  {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName: nameAndPath(name).name,
      Path: nameAndPath(name).path,
      Description: description,
      AssumeRolePolicyDocument: trust,
      Policies: Object.entries(policies).map(([PolicyName, policy]) => ({
        PolicyName,
        PolicyDocument: withParameters(policy),
      })),
    },
  },
];

const ruleResource = ({ name, description, pattern, target }: EventRule): [string, object] => [
  logical(name, 'Rule'),
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
const logical = (name: string, kind: string): string =>
  `${name
    .split(/[^A-Za-z0-9]/)
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('')}${kind}`;

function withParameters(value: unknown): unknown {
  if (value === keyArn) return { Ref: 'ArtifactKeyArn' };
  if (Array.isArray(value)) return value.map(withParameters);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withParameters(inner)]));
}
