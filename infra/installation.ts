import { artifactBuckets } from '../core/config/artifact-stores.ts';
import type { Config, TargetConfig } from '../core/config/check.ts';
import { configForStage, type ResourceNames, resourceNames } from '../core/config/resource-names.ts';
import { deploymentRoleArn } from '../core/config/targets.ts';
import { imageSources, repositoryArns } from '../core/image/sources.ts';

/** The version of the custom action type. A type cannot be changed, so a changed property needs the next number here. */
export const actionTypeVersion = '1';

/** One installation: its configuration, its names, and the ARNs that its parts know each other by. */
export interface Installation {
  config: Config;
  stage: string;
  names: ResourceNames;
  account: string;
  region: string;
  key: string;
  bucket: string;
  repository: string;
  /** The ECR repositories that images may come from, as patterns. */
  imageRepositories: string[];
  /** The artifact buckets that Gantry's own roles may read, and the keys of their objects. */
  artifactBuckets: string[];
  artifactKeys: string[];
  repositoryUri: string;
  project: string;
  actionType: string;
  machine: string;
  executions: string;
  rollbackMachine: string;
  deadLetters: string;
  table: string;
  /** Every pipeline of the account and Region. */
  pipelines: string;
  bus: string;
  /** The roots of the target accounts across the border; a target in the build account needs no resource policy. */
  targetRoots: string[];
  targetRoles: string[];
  function(file: string): string;
  role(name: string): string;
  rule(name: string): string;
  logGroup(name: string): string;
}

/** Throws a ConfigurationError for a stage that cannot be part of a name. */
export function resolveInstallation(given: Config, stage: string, keyArn: string): Installation {
  const config = configForStage(given, stage);
  const names = resourceNames(config, stage);
  const { account, region } = config.build;
  const arn = (service: string, resource: string) => `arn:aws:${service}:${region}:${account}:${resource}`;
  const across = config.targets.filter((target) => target.account !== account);
  return {
    config,
    stage,
    names,
    account,
    region,
    key: keyArn,
    bucket: `arn:aws:s3:::${names.bucket}`,
    repository: arn('ecr', `repository/${names.repository}`),
    imageRepositories: repositoryArns(imageSources(config, stage), 'aws'),
    artifactBuckets: artifactBuckets(config, stage).map((bucket) => `arn:aws:s3:::${bucket}`),
    artifactKeys: [keyArn, ...config.artifactStores.flatMap((store) => store.key ?? [])],
    repositoryUri: `${account}.dkr.ecr.${region}.amazonaws.com/${names.repository}`,
    project: arn('codebuild', `project/${names.project}`),
    actionType: arn('codepipeline', `actiontype:Custom/Deploy/${names.provider}/${actionTypeVersion}`),
    machine: arn('states', `stateMachine:${names.machine}`),
    executions: arn('states', `execution:${names.machine}:*`),
    rollbackMachine: arn('states', `stateMachine:${names.rollbackMachine}`),
    deadLetters: arn('sqs', names.deadLetters),
    table: arn('dynamodb', `table/${names.table}`),
    pipelines: arn('codepipeline', '*'),
    bus: arn('events', 'event-bus/default'),
    targetRoots: [...new Set(across.map((target) => accountRootArn(target.account)))],
    targetRoles: config.targets.map((target) => deploymentRoleArn(target, stage)),
    function: (file) => arn('lambda', `function:${names.function(file)}`),
    role: (name) => iamRoleArn(account, name),
    rule: (name) => arn('events', `rule/${name}`),
    logGroup: (name) => arn('logs', `log-group:${name}`),
  };
}

export const accountRootArn = (account: string): string => `arn:aws:iam::${account}:root`;

export const iamRoleArn = (account: string, name: string): string => `arn:aws:iam::${account}:role/${name}`;

/** Does a deployment to this target leave the build account? */
export const isCrossAccount = (target: TargetConfig, config: Config): boolean =>
  target.account !== config.build.account;
