import * as z from 'zod';
import { createPatternSchema } from './fields.ts';
import { serviceNamePattern } from './pipeline-conflicts.ts';
import { sourceConfigSchema } from './source-schema.ts';

/** The first part of the names of Gantry's own resources. */
export const installationNameSchema = createPatternSchema(
  /^[a-z][a-z0-9-]{1,15}$/,
  'must be 2-16 lower-case letters, digits or hyphens, beginning with a letter',
);

/** A pipeline that Gantry creates. */
export const pipelineConfigSchema = z.strictObject(
  {
    /** The first part of the names of the pipeline, its bucket, its repository and its build project: `web-shop` becomes `web-shop-production`. */
    name: createPatternSchema(
      // This name is the beginning of the bucket's name (S3 User Guide, "General purpose bucket naming rules"), which has room for 24 characters besides a
      // stage and an account.
      /^(?!xn--|sthree-|amzn-s3-demo-)[a-z][a-z0-9-]{1,23}$/,
      'must be 2-24 lower-case letters, digits or hyphens, beginning with a letter, and not with xn--, sthree- or amzn-s3-demo-',
    ),
    source: sourceConfigSchema,
    /** How CodeBuild builds the image. */
    build: z
      .strictObject(
        {
          /** Whether a tag in the repository can be moved to another image. Gantry deploys digests in both cases. */
          tags: z.enum(['mutable', 'immutable'], 'must be "mutable" or "immutable"').default('mutable'),
        },
        'must be { tags }',
      )
      .prefault({}),
    /** The services to deploy to, such as `test/web`. There is a stage for each target, in the order in which this list first names it. */
    deploys: z
      .array(
        createPatternSchema(serviceNamePattern, 'must be a target and a service, such as test/web'),
        'must be a list of services, such as test/web',
      )
      .min(1, 'must name at least one service, such as test/web'),
  },
  'must be { name, source, build, deploys }',
);

/** The pipelines of the build account that can deploy to a target or a service. */
export const allowedPipelinesSchema = z.array(
  createPatternSchema(
    // botocore codepipeline `PipelineName`, with `*`.
    /^(\*|(?=.*[\w.@-])[\w.@*-]{1,100})$/,
    'must be the name of a pipeline, a pattern such as shop-*, or "*" for every pipeline',
  ),
  'must be a list of names of pipelines',
);
