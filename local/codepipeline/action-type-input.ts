import { z } from 'zod';
import { type ActionTypeId, actionTypeIdSchema } from './declaration.ts';

const urlSchema = z.string().min(1).max(2048).optional();

const artifactDetailsSchema = z.strictObject({
  minimumCount: z.int().min(0).max(5),
  maximumCount: z.int().min(0).max(5),
});

const configurationPropertySchema = z.strictObject({
  name: z.string().min(1).max(50),
  required: z.boolean(),
  key: z.boolean(),
  secret: z.boolean(),
  queryable: z.boolean().optional(),
  description: z.string().min(1).max(160).optional(),
  type: z.enum(['String', 'Number', 'Boolean']).optional(),
});

export const createCustomActionTypeSchema = z.strictObject({
  ...actionTypeIdSchema.omit({ owner: true }).shape,
  settings: z
    .strictObject({
      thirdPartyConfigurationUrl: urlSchema,
      entityUrlTemplate: urlSchema,
      executionUrlTemplate: urlSchema,
      revisionUrlTemplate: urlSchema,
    })
    .optional(),
  configurationProperties: z.array(configurationPropertySchema).max(10).default([]),
  inputArtifactDetails: artifactDetailsSchema,
  outputArtifactDetails: artifactDetailsSchema,
  tags: z.array(z.strictObject({ key: z.string().min(1).max(128), value: z.string().max(256) })).optional(),
});

export type CreateActionTypeInput = z.infer<typeof createCustomActionTypeSchema>;

export interface CustomActionType
  extends Pick<CreateActionTypeInput, 'settings' | 'inputArtifactDetails' | 'outputArtifactDetails'> {
  id: ActionTypeId;
  actionConfigurationProperties: CreateActionTypeInput['configurationProperties'];
}
