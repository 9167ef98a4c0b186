import type { Config, PipelineConfig } from '../core/config/check.ts';
import { type PipelineNames, pipelineNames } from '../core/config/resource-names.ts';

/** A pipeline that Gantry creates: its configuration, its names, and the ARNs of what only this pipeline uses. */
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
export function resolvePipeline(config: Config, pipeline: PipelineConfig, stage: string): CreatedPipeline {
  const { account, region } = config.build;
  const names = pipelineNames(config, pipeline, stage);
  const arn = (service: string, resource: string) => `arn:aws:${service}:${region}:${account}:${resource}`;
  return {
    config: pipeline,
    names,
    bucket: `arn:aws:s3:::${names.bucket}`,
    repository: arn('ecr', `repository/${names.repository}`),
    repositoryUri: `${account}.dkr.ecr.${region}.amazonaws.com/${names.repository}`,
    project: arn('codebuild', `project/${names.project}`),
    role: `arn:aws:iam::${account}:role/${names.role}`,
    buildRole: `arn:aws:iam::${account}:role/${names.buildRole}`,
  };
}
