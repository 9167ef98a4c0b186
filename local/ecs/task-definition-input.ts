import { z } from 'zod';

export const tagSchema = z.strictObject({ key: z.string().optional(), value: z.string().optional() });
export type Tag = z.infer<typeof tagSchema>;

/** The container fields that the emulator uses; it keeps every other field unchanged. */
const containerDefinitionSchema = z.looseObject({
  name: z.string(),
  image: z.string(),
  essential: z.boolean().nullish(),
  command: z.array(z.string()).nullish(),
  healthCheck: z.looseObject({ command: z.array(z.string()).nullish() }).nullish(),
  logConfiguration: z
    .looseObject({ logDriver: z.string(), options: z.record(z.string(), z.string()).nullish() })
    .nullish(),
});
export type ContainerDefinition = z.infer<typeof containerDefinitionSchema>;

/**
 * RegisterTaskDefinition accepts unknown fields and keeps them at every depth. A copy made today must keep a field that ECS adds tomorrow, so the emulator must
 * not drop such a field.
 */
export const registerTaskDefinitionSchema = z.looseObject({
  family: z.string().regex(/^[A-Za-z0-9_-]{1,255}$/),
  containerDefinitions: z.array(containerDefinitionSchema).min(1),
  taskRoleArn: z.string().nullish(),
  executionRoleArn: z.string().nullish(),
  requiresCompatibilities: z.array(z.string()).nullish(),
  cpu: z.string().nullish(),
  memory: z.string().nullish(),
  tags: z.array(tagSchema).nullish(),
});
