import * as z from 'zod';

/** What a person answers at a pause hook (botocore ecs `DeploymentLifecycleHookAction`). */
export const hookActions = ['CONTINUE', 'ROLLBACK'] as const;

export type HookAction = (typeof hookActions)[number];

/** A person's answer at a pause hook that Gantry sent to ECS: who (as claimed), why, when (ISO 8601, UTC), and in which execution. */
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
 * An answer as the table keeps it. `sent`: before ECS was called, and while its answer is unknown; `accepted` and `refused`: what ECS answered.
 * `release`: the execution whose deployment waited; absent if the deployment was not Gantry's. `repeated`: another execution sent the same answer of the same
 * person, so a refusal by ECS can mean that the other one was accepted.
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
