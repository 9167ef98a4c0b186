import * as z from 'zod';
import { createPatternSchema } from './fields.ts';

/** A general purpose bucket's name (S3 user guide, bucketnamingrules), as far as a pattern can check. */
export const bucketNamePattern = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** Where a pipeline that Gantry creates reads the sources. */
export const sourceConfigSchema = z.discriminatedUnion(
  'type',
  [
    z.strictObject({
      type: z.literal('connection'),
      /** ARN of the connection to the Git host (CodeConnections); create it in the console, because an owner of the repository must confirm it. */
      connection: createPatternSchema(
        /^arn:aws[\w-]*:(codeconnections|codestar-connections):[a-z0-9-]+:\d{12}:connection\/[0-9a-f-]{36}$/,
        'must be the ARN of a connection: arn:PARTITION:codeconnections:REGION:ACCOUNT:connection/ID',
      ),
      /** The repository as `owner/name`. */
      repository: createPatternSchema(/^[\w.-]+(\/[\w.-]+)+$/, 'must be owner/name'),
      /** The branch. A push to it starts the pipeline. */
      branch: createPatternSchema(/^\S{1,255}$/, 'must be the name of a branch'),
    }),
    z.strictObject({
      type: z.literal('s3'),
      /** An existing, versioned bucket in the build account that contains a zip file of the sources. */
      bucket: createPatternSchema(bucketNamePattern, 'must be the name of a bucket'),
      /** The key of the zip file. */
      // botocore codepipeline `ActionConfigurationValue`.
      key: createPatternSchema(/^.{1,1000}$/, 'must be the key of the zip file, 1-1000 characters'),
    }),
  ],
  'must have the type "connection" or "s3"',
);

export type SourceConfig = z.output<typeof sourceConfigSchema>;

/** A bucket with artifacts that Gantry's own roles may read, and the key of its objects. */
export const artifactStoreSchema = z.strictObject(
  {
    bucket: createPatternSchema(bucketNamePattern, 'must be the name of a bucket'),
    key: createPatternSchema(
      /^arn:aws[\w-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/,
      "must be a key's ARN (an alias does not count in a policy)",
    ).optional(),
  },
  'must be { bucket, key }',
);
