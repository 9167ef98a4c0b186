import { z } from 'zod';
import { ecsParametersSchema } from '../schedules/ecs-target.ts';

export const scheduleNameSchema = z.string().regex(/^[0-9a-zA-Z-_.]{1,64}$/);

const targetSchema = z.strictObject({
  Arn: z.string().min(1).max(1600),
  RoleArn: z.string().min(1).max(1600),
  Input: z.string().min(1).optional(),
  EcsParameters: ecsParametersSchema.optional(),
  DeadLetterConfig: z.strictObject({ Arn: z.string().optional() }).optional(),
  RetryPolicy: z
    .strictObject({
      MaximumRetryAttempts: z.int().min(0).max(185).optional(),
      MaximumEventAgeInSeconds: z.int().min(60).max(86_400).optional(),
    })
    .default({ MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 }),
});

/** CreateSchedule and UpdateSchedule have the same fields. An omitted one gets its default in both (botocore scheduler UpdateSchedule). */
export const scheduleInputSchema = z.strictObject({
  Name: scheduleNameSchema,
  GroupName: scheduleNameSchema.default('default'),
  ScheduleExpression: z.string().min(1).max(256),
  ScheduleExpressionTimezone: z.string().min(1).max(50).default('UTC'),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  Description: z.string().max(512).optional(),
  StartDate: z.number().optional(),
  EndDate: z.number().optional(),
  KmsKeyArn: z.string().optional(),
  FlexibleTimeWindow: z.strictObject({
    Mode: z.enum(['OFF', 'FLEXIBLE']),
    MaximumWindowInMinutes: z.int().min(1).max(1440).optional(),
  }),
  ActionAfterCompletion: z.enum(['NONE', 'DELETE']).default('NONE'),
  Target: targetSchema,
  ClientToken: z.string().optional(),
});
export type ScheduleInput = z.infer<typeof scheduleInputSchema>;
