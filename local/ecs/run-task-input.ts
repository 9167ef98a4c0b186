import { z } from 'zod';
import { awsvpcConfigurationSchema, capacityProviderStrategySchema } from './service-input.ts';
import { tagSchema } from './task-definition-input.ts';

const containerOverrideSchema = z.strictObject({
  name: z.string(),
  command: z.array(z.string()).optional(),
  environment: z.array(z.strictObject({ name: z.string().optional(), value: z.string().optional() })).optional(),
  cpu: z.int().optional(),
  memory: z.int().optional(),
  memoryReservation: z.int().optional(),
});

const overridesSchema = z.strictObject({
  containerOverrides: z.array(containerOverrideSchema).optional(),
  cpu: z.string().optional(),
  memory: z.string().optional(),
  executionRoleArn: z.string().optional(),
  taskRoleArn: z.string().optional(),
});

/** The fields that the embedded RunTask supports. Not supported: placement, volumes, environment files, GPUs, ephemeral storage. */
export const runTaskSchema = z.strictObject({
  cluster: z.string().optional(),
  taskDefinition: z.string(),
  count: z.int().min(1).max(10).optional(),
  group: z.string().optional(),
  /** "Up to 64 characters … in the range of 33-126" (botocore ecs RunTaskRequest.clientToken). */
  clientToken: z
    .string()
    .regex(/^[!-~]{1,64}$/)
    .optional(),
  /** "Up to 128 letters, numbers, hyphens (-), forward slash (/), and underscores (_)" (botocore ecs RunTaskRequest.startedBy). */
  startedBy: z
    .string()
    .regex(/^[A-Za-z0-9/_-]{0,128}$/)
    .optional(),
  launchType: z.enum(['EC2', 'FARGATE', 'EXTERNAL']).optional(),
  capacityProviderStrategy: z.array(capacityProviderStrategySchema).max(20).optional(),
  networkConfiguration: z.strictObject({ awsvpcConfiguration: awsvpcConfigurationSchema.optional() }).optional(),
  platformVersion: z.string().optional(),
  overrides: overridesSchema.optional(),
  enableExecuteCommand: z.boolean().optional(),
  enableECSManagedTags: z.boolean().optional(),
  propagateTags: z.enum(['TASK_DEFINITION', 'SERVICE', 'NONE']).optional(),
  tags: z.array(tagSchema).max(50).optional(),
  referenceId: z.string().optional(),
});
export type RunTaskInput = z.infer<typeof runTaskSchema>;
