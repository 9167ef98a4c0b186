import type { Config, PipelineConfig } from '../core/config/check.ts';
import { type PipelineNames, pipelineNames } from '../core/config/resource-names.ts';
import { formatArn, formatBucketArn, formatEcrHost, formatIamArn } from '../core/parsing/partition.ts';

/** A pipeline that Gantry creates: its configuration, its names, and the ARNs of the resources that only this pipeline uses. */
export interface CreatedPipeline {
  config: PipelineConfig;
  names: PipelineNames;
  bucket: string;
  repository: string;
  repositoryUri: string;
  project: string;
  role: string;
  buildRole: string;
}

/** Returns a created pipeline with its names and ARNs for one stage. Throws a ConfigurationError for an invalid stage. */
export const resolvePipeline = (config: Config, pipeline: PipelineConfig, stage: string): CreatedPipeline =>
  describePipeline(config, pipeline, pipelineNames(config, pipeline, stage));

/** Returns a pipeline with the ARNs that follow from its names. */
export function describePipeline(config: Config, pipeline: PipelineConfig, names: PipelineNames): CreatedPipeline {
  return {
    config: pipeline,
    names,
    bucket: formatBucketArn(config.build.region, names.bucket),
    repository: formatArn('ecr', config.build, `repository/${names.repository}`),
    repositoryUri: `${formatEcrHost(config.build)}/${names.repository}`,
    project: formatArn('codebuild', config.build, `project/${names.project}`),
    role: formatIamArn(config.build, `role/${names.role}`),
    buildRole: formatIamArn(config.build, `role/${names.buildRole}`),
  };
}
