import { z } from 'zod';

/** Plain-text variables; the emulator does not support those from Parameter Store and Secrets Manager. */
export const environmentVariablesSchema = z.array(
  z.strictObject({ name: z.string().min(1), value: z.string(), type: z.literal('PLAINTEXT').optional() }),
);

/** The location of a build's output: `location` is the bucket, `name` the key. */
export const artifactsSchema = z.strictObject({
  type: z.enum(['CODEPIPELINE', 'S3', 'NO_ARTIFACTS']),
  location: z.string().optional(),
  name: z.string().optional(),
  packaging: z.literal('ZIP').optional(),
});

export const createProjectSchema = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9\-_]{1,149}$/),
  description: z.string().max(255).optional(),
  source: z.strictObject({
    type: z.enum(['CODEPIPELINE', 'S3', 'NO_SOURCE']),
    location: z.string().optional(),
    buildspec: z.string().optional(),
  }),
  artifacts: artifactsSchema,
  environment: z.strictObject({
    type: z.string().min(1),
    image: z.string().min(1),
    computeType: z.string().min(1),
    privilegedMode: z.boolean().default(false),
    environmentVariables: environmentVariablesSchema.default([]),
    imagePullCredentialsType: z.enum(['CODEBUILD', 'SERVICE_ROLE']).optional(),
  }),
  serviceRole: z.string().min(1),
  encryptionKey: z.string().min(1).optional(),
  timeoutInMinutes: z.int().min(5).max(2160).default(60),
  queuedTimeoutInMinutes: z.int().min(5).max(480).default(480),
  logsConfig: z
    .strictObject({
      cloudWatchLogs: z
        .strictObject({
          status: z.enum(['ENABLED', 'DISABLED']),
          groupName: z.string().optional(),
          streamName: z.string().optional(),
        })
        .optional(),
    })
    .optional(),
  tags: z.array(z.strictObject({ key: z.string(), value: z.string() })).optional(),
});
