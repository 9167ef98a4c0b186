import { defaultStage, resourceNames } from './resource-names.ts';
import type { Config } from './schema.ts';

/** Returns the buckets whose artifacts Gantry's own roles may read: the bucket that Gantry creates, and the buckets in `artifactStores`. */
export const listArtifactBuckets = (config: Config, stage: string = defaultStage): string[] => [
  resourceNames(config, stage).bucket,
  ...config.artifactStores.map(({ bucket }) => bucket),
];
