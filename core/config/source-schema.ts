import * as z from 'zod';
import { textSchema } from './fields.ts';

/** A general purpose bucket's name (S3 user guide, bucketnamingrules), as far as a pattern tells. */
export const bucketPattern = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** Where a pipeline that Gantry creates gets its sources from. */
export const sourceConfigSchema = z.discriminatedUnion(
  'type',
  [
    z.strictObject({
      type: z.literal('connection'),
      /** ARN of the connection to the Git host (CodeConnections); make it once in the console, it needs a click by an owner of the repository. */
      connection: textSchema(
        /^arn:aws:(codeconnections|codestar-connections):[a-z0-9-]+:\d{12}:connection\/[0-9a-f-]{36}$/,
        'must be the ARN of a connection: arn:aws:codeconnections:REGION:ACCOUNT:connection/ID',
      ),
      /** The repository as `owner/name`. */
      repository: textSchema(/^[\w.-]+(\/[\w.-]+)+$/, 'must be owner/name'),
      /** The branch that a push to starts the pipeline. */
      branch: textSchema(/^\S{1,255}$/, 'must be the name of a branch'),
    }),
    z.strictObject({
      type: z.literal('s3'),
      /** An existing, versioned bucket in the build account that a zip of the sources is put into. */
      bucket: textSchema(bucketPattern, 'must be the name of a bucket'),
      /** The zip's key. */
      key: textSchema(/^.{1,1024}$/, 'must be the key of the zip, 1-1024 characters'),
    }),
  ],
  'must have the type "connection" or "s3"',
);
