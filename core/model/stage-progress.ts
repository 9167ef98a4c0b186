import * as z from 'zod';
import { type HookAnswer, hookAnswerSchema } from './hook-answer.ts';

/** One execution of a lifecycle hook (botocore ecs `DeploymentLifecycleHookDetail`). A PAUSE hook waits for a person, any other for a function. */
export interface LifecycleHook {
  id: string;
  waitsFor: 'person' | 'function';
  status: string;
  /**
   * Since when the hook waits (ISO 8601, UTC), if the deployment's configuration shows it (core/rollout/hook-start.ts). Only the command line and the board
   * use this time.
   */
  since?: string | undefined;
  /** The time (ISO 8601, UTC) at which ECS takes the time-out action: CONTINUE or ROLLBACK. */
  expiresAt?: string | undefined;
  timeoutAction?: string | undefined;
  /** The answer that a person gave with Gantry. */
  answer?: HookAnswer | undefined;
  /** The command with which a person can answer, if the hook waits for a person and the target allows answers. */
  command?: string | undefined;
}

/** The progress of a deployment that shifts traffic. Weights are percentages of the traffic that the new revision gets. */
export interface StageProgress {
  stage?: string | undefined;
  /** When a check first saw this stage and this weight (ISO 8601, UTC). */
  since: string;
  production?: number | undefined;
  test?: number | undefined;
  /** The largest share of the production traffic that a check saw on the new revision. */
  reached: number;
  stepsDone: number;
  stepsLeft: number;
  /** When the bake time of the step, or of the whole deployment, ends at the latest. */
  bakesUntil?: string | undefined;
  /** The hooks that the deployment waits for. */
  waiting: LifecycleHook[];
  /** The hooks that made ECS roll back. */
  failed: LifecycleHook[];
  /** Hooks for a person that were continued, by somebody or by their time-out. */
  continued: LifecycleHook[];
}

const hookSchema: z.ZodType<LifecycleHook> = z.object({
  id: z.string(),
  waitsFor: z.enum(['person', 'function']),
  status: z.string(),
  expiresAt: z.string().optional(),
  timeoutAction: z.string().optional(),
  answer: hookAnswerSchema.optional(),
  command: z.string().optional(),
});

export const stageProgressSchema: z.ZodType<StageProgress> = z.object({
  stage: z.string().optional(),
  since: z.string(),
  production: z.number().optional(),
  test: z.number().optional(),
  reached: z.number(),
  stepsDone: z.number(),
  stepsLeft: z.number(),
  bakesUntil: z.string().optional(),
  waiting: z.array(hookSchema),
  failed: z.array(hookSchema),
  continued: z.array(hookSchema),
});
