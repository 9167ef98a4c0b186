import { defaultStage, pipelineNames } from '../config/resource-names.ts';
import type { Config } from '../config/schema.ts';
import { findPartitionOfRegion } from '../parsing/partition.ts';
import { normalizeRegistryHost, tryParseEcrHost } from './ecr-host.ts';

/** The sources from which images can come. The IAM policies, the doctor, the dry run and the release all follow this. */
export interface AllowedImageSources {
  build: Config['build'];
  /** Repositories of the build account's ECR, in every Region; `*` matches any characters, as in IAM. */
  repositories: string[];
  /** Registries by host, such as `public.ecr.aws`, optionally with the first part of a path. */
  registries: string[];
}

/** Returns the sources that the configuration allows: the repositories that Gantry creates, `repositories` and `registries`. */
export const listAllowedImageSources = (config: Config, stage: string = defaultStage): AllowedImageSources => ({
  build: config.build,
  repositories: [
    ...config.pipelines.map((pipeline) => pipelineNames(config, pipeline, stage).repository),
    ...config.repositories,
  ],
  registries: config.registries,
});

/** Returns an entry of `registries` in the form in which references are compared. */
export const normalizeRegistryEntry = (entry: string): string => {
  const [host = '', ...path] = entry.split('/');
  return [normalizeRegistryHost(host), ...path].join('/');
};

/** Returns the ARNs of the ECR repositories that the sources allow, as an IAM policy names them. Public registries have no ARN. */
export function listRepositoryArns({ build, repositories, registries }: AllowedImageSources): string[] {
  const { id } = findPartitionOfRegion(build.region);
  const arn = (account: string, region: string, name: string) =>
    `arn:${id}:ecr:${region}:${account}:repository/${name}`;
  return [
    ...repositories.map((name) => arn(build.account, '*', name)),
    ...registries.flatMap((entry) => {
      const [host = '', ...path] = entry.split('/');
      const registry = tryParseEcrHost(host);
      if (registry === undefined) return [];
      const names = path.length === 0 ? ['*'] : [path.join('/'), `${path.join('/')}/*`];
      return names.map((name) => arn(registry.account, registry.region, name));
    }),
  ];
}
