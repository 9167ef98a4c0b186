import { z } from 'zod';

const parameterSchema = z.looseObject({
  Type: z.literal('String'),
  Default: z.string().optional(),
  AllowedPattern: z.string().optional(),
  MinLength: z.number().optional(),
});

const resourceSchema = z.strictObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DependsOn: z.array(z.string()).default([]),
  DeletionPolicy: z.enum(['Delete', 'Retain', 'RetainExceptOnCreate']).default('Delete'),
  UpdateReplacePolicy: z.enum(['Delete', 'Retain']).default('Delete'),
});

/** The parts of a CloudFormation template that the embedded AWS covers. Any other part is an error. */
export const templateSchema = z.strictObject({
  AWSTemplateFormatVersion: z.literal('2010-09-09'),
  Description: z.string().max(1024).optional(),
  Parameters: z.record(z.string(), parameterSchema).default({}),
  Resources: z.record(z.string().regex(/^[A-Za-z0-9]{1,255}$/), resourceSchema),
  Outputs: z.record(z.string(), z.strictObject({ Description: z.string().optional(), Value: z.unknown() })).default({}),
});

export type StackTemplate = z.infer<typeof templateSchema>;
export type StackResource = z.infer<typeof resourceSchema>;
