import { defaultStage, resourceNames } from './resource-names.ts';
import type { Config } from './schema.ts';

/** The buckets whose artifacts Gantry's own roles may read: the one that Gantry creates, and those of `artifactStores`. */
export const artifactBuckets = (config: Config, stage: string = defaultStage): string[] => [
  resourceNames(config, stage).bucket,
  ...config.artifactStores.map(({ bucket }) => bucket),
];
