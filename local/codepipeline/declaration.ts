import { z } from 'zod';

/** Names of pipelines, stages and actions (botocore codepipeline PipelineName, StageName, ActionName). */
export const resourceNameSchema = z.string().regex(/^[A-Za-z0-9.@_-]{1,100}$/);

export const actionTypeIdSchema = z.strictObject({
  category: z.enum(['Source', 'Build', 'Deploy', 'Test', 'Invoke', 'Approval', 'Compute']),
  owner: z.enum(['AWS', 'ThirdParty', 'Custom']),
  provider: z.string().regex(/^[0-9A-Za-z_-]{1,35}$/),
  version: z.string().regex(/^[0-9A-Za-z_-]{1,9}$/),
});

/**
 * An action has at most ten properties, each of up to a thousand characters (botocore ActionConfigurationMap,
 * ActionConfigurationValue).
 */
const actionConfigurationSchema = z.record(z.string().min(1).max(50), z.string().min(1).max(1000));
const artifactNameSchema = z.strictObject({ name: z.string().regex(/^[a-zA-Z0-9_-]{1,100}$/) });

const actionSchema = z.strictObject({
  name: resourceNameSchema,
  actionTypeId: actionTypeIdSchema,
  runOrder: z.int().min(1).max(999).default(1),
  configuration: actionConfigurationSchema.default({}),
  outputArtifacts: z.array(artifactNameSchema).default([]),
  inputArtifacts: z.array(artifactNameSchema).default([]),
  roleArn: z.string().max(1024).optional(),
  region: z.string().min(4).max(30).optional(),
  namespace: z
    .string()
    .regex(/^[A-Za-z0-9@_-]{1,100}$/)
    .optional(),
  timeoutInMinutes: z.int().min(5).max(86400).optional(),
});

const encryptionKeySchema = z.strictObject({ id: z.string().min(1).max(400), type: z.literal('KMS') });

/**
 * The parts of a CreatePipeline declaration that the emulator supports; it rejects conditions, triggers and several artifact
 * stores by name.
 */
export const declarationSchema = z.strictObject({
  name: resourceNameSchema,
  roleArn: z.string().max(1024),
  artifactStore: z.strictObject({
    type: z.literal('S3'),
    location: z.string().min(3).max(63),
    encryptionKey: encryptionKeySchema.optional(),
  }),
  stages: z.array(z.strictObject({ name: resourceNameSchema, actions: z.array(actionSchema).min(1) })),
  version: z.int().min(1).optional(),
  executionMode: z.enum(['QUEUED', 'SUPERSEDED', 'PARALLEL']).default('SUPERSEDED'),
  pipelineType: z.enum(['V1', 'V2']).default('V1'),
  variables: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[A-Za-z0-9@_-]{1,128}$/),
        defaultValue: z.string().min(1).max(1000).optional(),
        description: z.string().max(200).optional(),
      }),
    )
    .optional(),
});

export type Declaration = z.infer<typeof declarationSchema>;
export type StageDeclaration = Declaration['stages'][number];
export type ActionDeclaration = z.infer<typeof actionSchema>;
export type ActionTypeId = z.infer<typeof actionTypeIdSchema>;
export type EncryptionKey = z.infer<typeof encryptionKeySchema>;

/** Returns the path of an action type in its ARN, e.g. `Custom/Deploy/Gantry/1`. */
export const actionTypePath = (id: ActionTypeId): string => [id.owner, id.category, id.provider, id.version].join('/');
