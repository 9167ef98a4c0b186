import * as z from 'zod';
import { findPartitionOfRegion } from '../parsing/partition.ts';
import { supportedRegions } from './regions.ts';

const textSchema = z.string().optional().catch(undefined);
const looseSchema = z.looseObject({
  build: z.looseObject({ region: textSchema }).catch({ region: undefined }),
  alarmTopic: textSchema,
  notify: z.looseObject({ topic: textSchema }).optional().catch(undefined),
  artifactStores: z.array(z.looseObject({ key: textSchema }).catch({ key: undefined })).catch([]),
  targets: z
    .array(
      z
        .looseObject({ region: textSchema, viewers: z.array(textSchema).catch([]) })
        .catch({ region: undefined, viewers: [] }),
    )
    .catch([]),
  pipelines: z
    .array(z.looseObject({ source: z.looseObject({ connection: textSchema }).optional().catch(undefined) }).catch({}))
    .catch([]),
});

/**
 * Validation errors about fields in another partition than the build account. An account of one partition cannot assume a role or use a resource of
 * another (IAM User Guide, "Partitions" of ARNs), so each partition needs its own installation.
 */
export function findPartitionConflicts(input: unknown): string[] {
  const config = looseSchema.safeParse(input).data;
  const buildRegion = config?.build.region;
  if (config === undefined || buildRegion === undefined) return [];
  const places = config.targets.map(({ region }, index) => [`targets[${index}].region`, region] as const);
  const arns = [
    ['alarmTopic', config.alarmTopic] as const,
    ['notify.topic', config.notify?.topic] as const,
    ...config.artifactStores.map(({ key }, index) => [`artifactStores[${index}].key`, key] as const),
    ...config.targets.flatMap(({ viewers }, at) =>
      viewers.map((arn, index) => [`targets[${at}].viewers[${index}]`, arn] as const),
    ),
    ...config.pipelines.map(
      ({ source }, index) => [`pipelines[${index}].source.connection`, source?.connection] as const,
    ),
  ];
  const own = findPartitionOfRegion(buildRegion).id;
  return [
    ...places.map(([field, region]) => ({ field, found: region, partition: partitionOfKnownRegion(region) })),
    ...arns.map(([field, arn]) => ({ field, found: arn, partition: /^arn:(aws[\w-]*):/.exec(arn ?? '')?.[1] })),
  ].flatMap(({ field, found = '', partition }) =>
    partition === undefined || partition === own ? [] : [describeConflict({ field, found, partition, buildRegion })],
  );
}

/** Undefined for a text that is not a Region. The field's own validation reports such a text. */
const partitionOfKnownRegion = (region: string | undefined): string | undefined =>
  region !== undefined && supportedRegions.includes(region) ? findPartitionOfRegion(region).id : undefined;

const describeConflict = (at: { field: string; found: string; partition: string; buildRegion: string }): string =>
  `${at.field} must be in the partition ${findPartitionOfRegion(at.buildRegion).id} of build.region "${at.buildRegion}"; found ${JSON.stringify(at.found)}, which is in ${at.partition}. Install Gantry a second time in a build account of ${at.partition}.`;
