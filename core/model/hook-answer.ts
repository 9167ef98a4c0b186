import * as z from 'zod';

/** The answers that a person can give at a pause hook (botocore ecs `DeploymentLifecycleHookAction`). */
export const hookActions = ['CONTINUE', 'ROLLBACK'] as const;

export type HookAction = (typeof hookActions)[number];

/**
 * A person's answer at a pause hook that Gantry sent to ECS: the claimed name, the reason, the time (ISO 8601, UTC), and the execution that sent the answer.
 */
export interface HookAnswer {
  hookId: string;
  action: HookAction;
  by?: string | undefined;
  reason?: string | undefined;
  at: string;
  execution: string;
}

const answerFields = {
  hookId: z.string(),
  action: z.enum(hookActions),
  by: z.string().optional(),
  reason: z.string().optional(),
  at: z.string(),
  execution: z.string(),
};

export const hookAnswerSchema: z.ZodType<HookAnswer> = z.object(answerFields);

/**
 * A person's answer in the table. `sent`: Gantry has not called ECS yet, or does not know ECS's reply. `accepted` and `refused`: ECS's reply. `release`: the
 * execution whose deployment waited; absent if the deployment was not Gantry's. `repeated`: another execution sent the same answer of the same person. If
 * ECS refuses this answer, ECS may have accepted the answer of the other execution.
 */
export interface RecordedHookAnswer extends HookAnswer {
  status: 'sent' | 'accepted' | 'refused';
  serviceDeploymentArn: string;
  release?: string | undefined;
  repeated?: true | undefined;
}

export const recordedHookAnswerSchema: z.ZodType<RecordedHookAnswer> = z.object({
  ...answerFields,
  status: z.enum(['sent', 'accepted', 'refused']),
  serviceDeploymentArn: z.string(),
  release: z.string().optional(),
  repeated: z.literal(true).optional(),
});
