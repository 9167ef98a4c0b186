import { listArtifactBuckets } from '../core/config/artifact-stores.ts';
import type { Config, TargetConfig } from '../core/config/check.ts';
import { configForStage, type ResourceNames, resourceNames } from '../core/config/resource-names.ts';
import { listAllowedImageSources, listRepositoryArns } from '../core/image/sources.ts';
import { type AccountAndRegion, formatArn, formatBucketArn, formatIamArn } from '../core/parsing/partition.ts';
import { actionTypeVersion, listPolledVersions } from './action-type-version.ts';
import { type CreatedPipeline, resolvePipeline } from './created-pipeline.ts';

/**
 * IAM compares ARNs case-sensitively, and AWS's documents disagree: `actiontype:` is in the Service Authorization Reference of CodePipeline, `actionType:`
 * in the table of ARNs in the CodePipeline User Guide ("How AWS CodePipeline works with IAM").
 */
const actionTypeArnPrefixes = ['actiontype', 'actionType'];

/** One installation: its configuration, its names and its ARNs. */
export interface Installation {
  config: Config;
  stage: string;
  names: ResourceNames;
  account: string;
  region: string;
  /** The key of the artifacts in the buckets that Gantry creates. */
  key: string;
  createdPipelines: CreatedPipeline[];
  /** The ECR repositories that images may come from, as patterns. */
  imageRepositories: string[];
  /** The artifact buckets that Gantry's own roles may read, and the keys of their objects. */
  artifactBuckets: string[];
  artifactKeys: string[];
  /** The ARNs of all versions of the action type, in both spellings that AWS documents. */
  actionTypes: string[];
  machine: string;
  executions: string;
  rollbackMachine: string;
  deadLetters: string;
  table: string;
  /** Every pipeline of the account and Region. */
  pipelines: string;
  bus: string;
  /** The account roots of the targets outside the build account. A target in the build account needs no resource policy. */
  targetRoots: string[];
  /** The account roots of the targets that can read artifacts (`artifactAccess`). */
  artifactReaders: string[];
  stateMachine(name: string): string;
  function(file: string): string;
  /** Every published version of a function, as a pattern. */
  functionVersions(file: string): string;
  role(name: string): string;
  rule(name: string): string;
  logGroup(name: string): string;
}

/** The installation of a configuration for one stage. Throws a ConfigurationError for an invalid stage. */
export function resolveInstallation(given: Config, stage: string, keyArn: string): Installation {
  const config = configForStage(given, stage);
  const names = resourceNames(config, stage);
  const { account, region } = config.build;
  const arn = (service: string, resource: string) => formatArn(service, config.build, resource);
  const across = config.targets.filter((target) => target.account !== account);
  return {
    config,
    stage,
    names,
    account,
    region,
    key: keyArn,
    createdPipelines: config.pipelines.map((pipeline) => resolvePipeline(config, pipeline, stage)),
    imageRepositories: listRepositoryArns(listAllowedImageSources(config, stage)),
    artifactBuckets: listArtifactBuckets(config, stage).map((bucket) => formatBucketArn(region, bucket)),
    artifactKeys: [
      ...(config.pipelines.length > 0 ? [keyArn] : []),
      ...config.artifactStores.flatMap((store) => store.key ?? []),
    ],
    actionTypes: actionTypeArnPrefixes.flatMap((prefix) =>
      listPolledVersions(actionTypeVersion).map((version) =>
        arn('codepipeline', `${prefix}:Custom/Deploy/${names.provider}/${version}`),
      ),
    ),
    machine: arn('states', `stateMachine:${names.machine}`),
    executions: arn('states', `execution:${names.machine}:*`),
    rollbackMachine: arn('states', `stateMachine:${names.rollbackMachine}`),
    deadLetters: arn('sqs', names.deadLetters),
    table: arn('dynamodb', `table/${names.table}`),
    pipelines: arn('codepipeline', '*'),
    bus: arn('events', 'event-bus/default'),
    targetRoots: [...new Set(across.map(accountRootArn))],
    artifactReaders: [...new Set(across.filter(({ artifactAccess }) => artifactAccess === 'read').map(accountRootArn))],
    stateMachine: (name) => arn('states', `stateMachine:${name}`),
    function: (file) => arn('lambda', `function:${names.function(file)}`),
    functionVersions: (file) => arn('lambda', `function:${names.function(file)}:*`),
    role: (name) => iamRoleArn(config.build, name),
    rule: (name) => arn('events', `rule/${name}`),
    logGroup: (name) => arn('logs', `log-group:${name}`),
  };
}

export const accountRootArn = (place: AccountAndRegion): string => formatIamArn(place, 'root');

export const iamRoleArn = (place: AccountAndRegion, name: string): string => formatIamArn(place, `role/${name}`);

/** Whether a target is outside the build account. */
export const isCrossAccount = (target: TargetConfig, config: Config): boolean =>
  target.account !== config.build.account;
