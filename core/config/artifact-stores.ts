import { defaultStage, pipelineNames } from './resource-names.ts';
import type { Config } from './schema.ts';

/** Returns the buckets whose artifacts Gantry's own roles may read: the buckets that Gantry creates, and the buckets in `artifactStores`. */
export const listArtifactBuckets = (config: Config, stage: string = defaultStage): string[] => [
  ...config.pipelines.map((pipeline) => pipelineNames(config, pipeline, stage).bucket),
  ...config.artifactStores.map(({ bucket }) => bucket),
];
